// A triarchic brain's first state, and the way back from a saved one. The first state comes from the configuration alone: neurons in random
// directions, no class, nothing useful yet.

import type { Backend } from "../backend/backend.ts";
import { type Pace, paced, unpaced } from "../tensor/pace.ts";
import type { BrainState, TriarchicHeader } from "./brain.ts";
import type { TriarchicConfig } from "./config.ts";
import { StateError } from "./header-fields.ts";
import { Random } from "./random.ts";
import { Readout } from "./readout.ts";
import { SparseBase } from "./sparse-base.ts";
import { TensorReader } from "./tensor-reader.ts";
import { TriarchicBrain } from "./triarchic-brain.ts";

/** @param config complete and in range: the HTTP schema has checked it */
export async function createTriarchicBrain(
  config: TriarchicConfig,
  backend: Backend,
  pace: Pace = unpaced,
): Promise<TriarchicBrain> {
  const { hiddenDim, inputDim, seed } = config;
  const random = Random.seeded(seed);
  const directions = await paced(random.directionPieces(hiddenDim, inputDim), pace);
  const kernel = await backend.createBase(config, directions, pace);
  const base = new SparseBase(config, kernel, new Float32Array(hiddenDim), 0);
  return new TriarchicBrain({
    config,
    mode: "plastic",
    step: 0,
    labels: [],
    random,
    base,
    readout: new Readout(config),
  });
}

/**
 * @param state its arrays are taken over
 * @throws StateError when the tensors do not fit the header
 */
export async function restoreTriarchicBrain(
  { header, tensors }: BrainState<TriarchicHeader>,
  backend: Backend,
  pace: Pace = unpaced,
): Promise<TriarchicBrain> {
  const { config, mode, step, labels, recycled } = header;
  const reader = new TensorReader(tensors, pace);
  const { hiddenDim, inputDim } = config;
  const kernel = await backend.createBase(config, await reader.floats("projection", [hiddenDim, inputDim]), pace);
  const utility = await reader.floats("utility", [hiddenDim]);
  if (!utility.every((value) => value >= 0)) throw new StateError("utility is below 0");
  const base = new SparseBase(config, kernel, utility, recycled);
  const perClass = (name: string) => reader.floats(name, [labels.length, hiddenDim]);
  const importance = await perClass("importance");
  const [core, overlay] = [await perClass("core"), await perClass("overlay")];
  const readout = new Readout(config, { core, overlay, importance });
  if (!importance.every((value) => value >= 0 && value <= 1)) throw new StateError("importance is not from 0 to 1");
  reader.finish();
  return new TriarchicBrain({ config, mode, step, labels, random: new Random(header.random), base, readout });
}
