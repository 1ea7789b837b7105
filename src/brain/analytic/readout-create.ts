// A readout of sums at the beginning of a life, and the way back from a saved state. Invariant: the directions that samples are held against come from the
// brain's seed alone, and its own generator is not drawn from.

import type { Backend, SumsKernel } from "../../backend/backend.ts";
import type { PlasticHeader } from "../brain.ts";
import { expansionOf, featuresOf, type PlasticConfig } from "../config.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import { StateError } from "../header-fields.ts";
import { Random } from "../random.ts";
import type { TensorReader } from "../tensor-reader.ts";
import { AnalyticReadout, type ArrivingSums } from "./analytic-readout.ts";
import { ClassSums, CONTEXTS } from "./class-sums.ts";
import { NOTHING_SOLVED } from "./solved.ts";

/** @returns null where the memory answers alone */
export async function freshReadout(
  config: PlasticConfig,
  memory: EpisodicMemory,
  backend: Backend,
): Promise<AnalyticReadout | null> {
  const { readout: name } = config;
  if (name === "memory") return null;
  const width = featuresOf(config);
  const kernel = await kernelOf(config, new Float64Array((width * (width + 1)) / 2), backend);
  return new AnalyticReadout({ name, kernel, classSums: new ClassSums(width), settled: NOTHING_SOLVED, memory });
}

/** Reads what a state has added up. @throws StateError */
export function readSums({ config, labels }: PlasticHeader, reader: TensorReader): ArrivingSums {
  const width = featuresOf(config);
  const columns = CONTEXTS * labels.length;
  const triangle = reader.doubles("readout.sums", [(width * (width + 1)) / 2]);
  const wholes = reader.wholes("readout.counts", columns);
  const sums = reader.doubles("readout.classSums", [columns, width]);
  const counts = Array.from({ length: columns }, (_, column) => wholes.get(column));
  return { sums: triangle, classSums: new ClassSums(width, counts, sums) };
}

/** @throws StateError when the tensors do not fit the header or each other */
export async function restoreReadout(
  header: PlasticHeader,
  memory: EpisodicMemory,
  reader: TensorReader,
  backend: Backend,
): Promise<AnalyticReadout | null> {
  const { config, readout, labels } = header;
  const { readout: name } = config;
  if (name === "memory" || readout === undefined) return null;
  if (readout.classes > labels.length) throw new StateError("readout.classes are more than there are labels");
  memory.contexts = reader.ints("memory.contexts", [header.memory.stored], 0, CONTEXTS - 1);
  const { sums, classSums } = readSums(header, reader);
  const kernel = await kernelOf(config, sums, backend);
  const { classes, ...numbers } = readout;
  const weights = await reader.floats("readout.weights", [CONTEXTS * classes, featuresOf(config)]);
  return new AnalyticReadout({ name, kernel, classSums, settled: { ...numbers, weights }, memory });
}

/** Keeps the directions from being those of the brain's first layer. */
const SALT = 0x7369676e;

function kernelOf(config: PlasticConfig, sums: Float64Array, backend: Backend): Promise<SumsKernel> {
  const { inputDim, seed } = config;
  const expansion = expansionOf(config);
  const random = Random.seeded((seed ^ SALT) >>> 0);
  const signs = Int8Array.from({ length: expansion * inputDim }, () => (random.uniform() < 0.5 ? -1 : 1));
  return backend.createSums({ inputDim, expansion }, signs, sums);
}
