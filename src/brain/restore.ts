// Puts a brain together from its state. Invariant: a brain that stands has arrays that fit its header and each other, so that nothing
// it does later can meet a missing row, an unknown class or a number that is not finite.

import type { Backend } from "../backend/backend.ts";
import { type Pace, unpaced } from "../tensor/pace.ts";
import { WholeNumbers } from "../tensor/whole-numbers.ts";
import { restoreReadout } from "./analytic/readout-create.ts";
import type { Brain, BrainState, LayerHeader, PlasticHeader } from "./brain.ts";
import { ClassTally } from "./class-balanced.ts";
import type { PlasticConfig } from "./config.ts";
import { EpisodicMemory } from "./episodic-memory.ts";
import { freshLayer } from "./fresh-layer.ts";
import { StateError } from "./header-fields.ts";
import { MemoryEntries } from "./memory-entries.ts";
import { MemoryKeys } from "./memory-keys.ts";
import { policyOf } from "./memory-policy.ts";
import { Normalization } from "./normalization.ts";
import { PlasticBrain } from "./plastic-brain.ts";
import { PlasticLayer } from "./plastic-layer.ts";
import { PlasticStack } from "./plastic-stack.ts";
import { Random } from "./random.ts";
import { TensorReader } from "./tensor-reader.ts";
import { restoreTriarchicBrain } from "./triarchic-create.ts";

/**
 * @param state its arrays are taken over: the caller does not use them again
 * @param pace asked between small pieces of the work
 * @throws StateError when the tensors do not fit the header or each other
 */
export async function restoreBrain(
  { header, tensors }: BrainState,
  backend: Backend,
  pace: Pace = unpaced,
): Promise<Brain> {
  return header.kind === "plastic"
    ? restorePlasticBrain({ header, tensors }, backend, pace)
    : restoreTriarchicBrain({ header, tensors }, backend, pace);
}

/** As `restoreBrain`, of a plastic brain. */
export async function restorePlasticBrain(
  { header, tensors }: BrainState<PlasticHeader>,
  backend: Backend,
  pace: Pace = unpaced,
): Promise<PlasticBrain> {
  const reader = new TensorReader(tensors, pace);
  const layers = [];
  for (const [index, layer] of header.layers.entries())
    layers.push(await restoreLayer(header.config, layer, index, reader, { backend, pace }));
  const memory = await restoreMemory(header, reader, { backend, pace });
  const normalization = await restoreNormalization(header, reader);
  const readout = await restoreReadout(header, memory, reader, backend);
  reader.finish();
  const { config, mode, step, labels } = header;
  const random = new Random(header.random);
  const stack = new PlasticStack(layers, (now) => freshLayer(now, random, backend));
  const { pieceRows } = backend;
  const parts = { config, stack, normalization, memory, readout, pieceRows };
  return new PlasticBrain({ ...parts, mode, step, labels, random });
}

type Means = { readonly backend: Backend; readonly pace: Pace };

async function restoreLayer(
  config: PlasticConfig,
  { steps, recycled, ...settings }: LayerHeader,
  index: number,
  reader: TensorReader,
  { backend, pace }: Means,
) {
  const { inputDim, hiddenDim } = config;
  const name = (part: string): string => `layers.${index}.${part}`;
  const decoderStep = reader.ints(name("decoderStep"), [hiddenDim], 0, steps);
  const frequency = await reader.floats(name("frequency"), [hiddenDim]);
  const maturity = await reader.floats(name("maturity"), [hiddenDim]);
  if (!maturity.every((mature) => mature === 0 || mature === 1))
    throw new StateError(`${name("maturity")} is not 0 or 1`);
  const encoder = await reader.floats(name("encoder"), [hiddenDim, inputDim]);
  const decoder = await reader.floats(name("decoder"), [hiddenDim, inputDim]);
  const kernel = await backend.createLayer(config, { encoder, decoder, decoderStep, steps }, pace);
  return new PlasticLayer(config, kernel, { frequency, maturity, recycled }, settings);
}

async function restoreMemory({ config, seen, memory, labels }: PlasticHeader, reader: TensorReader, means: Means) {
  const { inputDim, memorySize, neighbors, memoryPolicy, memoryIndex } = config;
  const { stored, lastId, experience } = memory;
  const rows = await reader.floats("memory.keys", [stored, inputDim]);
  const classes = new Int32Array(memorySize);
  classes.set(reader.ints("memory.classes", [stored], 0, labels.length - 1));
  const ids = restoreIds(reader, seen, stored, memorySize, lastId);
  const seqs = WholeNumbers.zeros(memorySize);
  if (reader.has("memory.seqs")) seqs.words.set(reader.wholes("memory.seqs", stored).words);
  const entries = new MemoryEntries(classes, ids, seqs, stored);
  const policy = policyOf(memoryPolicy, entries, restoreTally(reader, labels.length));
  const shape = { capacity: memorySize, inputDim };
  const keys = await MemoryKeys.create(means.backend, shape, rows, memoryIndex, means.pace);
  return new EpisodicMemory({ keys, neighbors, entries, policy, counters: { seen, lastId, experience } });
}

/** A state without ids is of a ring: slot s holds the latest sample n, counted from 0, with n mod capacity = s. Its id is n + 1. */
function restoreIds(reader: TensorReader, seen: number, stored: number, capacity: number, lastId: number) {
  const ids = WholeNumbers.zeros(capacity);
  if (!reader.has("memory.ids")) {
    for (let slot = 0; slot < stored; slot++)
      ids.set(slot, seen - ((((seen - 1 - slot) % capacity) + capacity) % capacity));
    return ids;
  }
  const saved = reader.wholes("memory.ids", stored);
  const sorted = Float64Array.from({ length: stored }, (_, slot) => saved.get(slot)).sort();
  if (!sorted.every((id, i) => id > (i === 0 ? 0 : (sorted[i - 1] ?? 0)) && id <= lastId)) {
    throw new StateError(`memory.ids are not all different, from 1 to ${lastId}`);
  }
  ids.words.set(saved.words);
  return ids;
}

/** Absent under the other policies. */
function restoreTally(reader: TensorReader, classes: number): ClassTally | undefined {
  if (!reader.has("memory.classSeen")) return undefined;
  const seen = reader.wholes("memory.classSeen", classes);
  const hasShrunk = Array.from(reader.ints("memory.classShrunk", [classes], 0, 1), (flag) => flag === 1);
  return new ClassTally(
    Array.from({ length: classes }, (_, classId) => seen.get(classId)),
    hasShrunk,
  );
}

async function restoreNormalization({ config }: PlasticHeader, reader: TensorReader): Promise<Normalization> {
  const { inputDim, normalization: kind } = config;
  if (kind === "none") return new Normalization(kind, new Float32Array(0), new Float32Array(0));
  const mean = await reader.floats("normalization.mean", [inputDim]);
  const variance = await reader.floats("normalization.variance", [inputDim]);
  if (!variance.every((value) => value >= 0)) throw new StateError("normalization.variance is below 0");
  return new Normalization(kind, mean, variance);
}
