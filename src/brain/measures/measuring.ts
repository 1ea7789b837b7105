// Everything beside a brain that follows its life: its measures, the watch for drift, and the names of its classes; at a brain's beginning, and
// out of a saved state. Invariant: what a state does not say is what stands at the beginning.

import { type Pace, unpaced } from "../../tensor/pace.ts";
import type { Tensors } from "../../tensor/safetensors.ts";
import type { BrainState, StateHeader } from "../brain.ts";
import type { Blueprint } from "../config.ts";
import { TensorReader } from "../tensor-reader.ts";
import { DriftMonitor } from "./drift/drift-monitor.ts";
import type { Measures } from "./measures.ts";
import { MEASURES_PREFIX } from "./measures-tensors.ts";
import { newMeasures, restoreMeasures } from "./restore-measures.ts";

export type Measuring = {
  readonly measures: Measures;
  readonly drift: DriftMonitor;
  /** By class id. */
  readonly labels: readonly string[];
};

export const newMeasuring = ({ config }: Blueprint): Measuring => begun(config, [], 0);

/**
 * Takes what was measured out of a state.
 * @param seq of the state: measures that it lacks begin there
 * @returns it, and the state of the brain alone, whose arrays are still to be taken over
 * @throws StateError when header and tensors do not fit
 */
export async function restoreMeasuring(
  { header, tensors }: BrainState,
  seq: number,
  pace: Pace = unpaced,
): Promise<{ readonly measuring: Measuring; readonly state: BrainState }> {
  const [own, others] = parted(tensors);
  const reader = new TensorReader(own, pace);
  const measuring = await measuringOf(header, seq, reader);
  reader.finish();
  return { measuring, state: { header, tensors: others } };
}

async function measuringOf(header: StateHeader, seq: number, reader: TensorReader): Promise<Measuring> {
  const { config, labels, measures, step } = header;
  if (measures === undefined) return begun(config, labels, blankSince(step, seq));
  return {
    measures: await restoreMeasures(measures, { config, classes: labels.length }, reader),
    drift: new DriftMonitor(config, measures.drift),
    labels,
  };
}

/** @returns where measures begin that a state of `seq` does not have: a brain that has learned nothing misses none */
export const blankSince = (step: number, seq: number): number => (step === 0 ? 0 : seq);

export const begun = (config: Blueprint["config"], labels: readonly string[], since: number): Measuring => ({
  measures: newMeasures({ config, classes: labels.length }, since),
  drift: new DriftMonitor(config),
  labels,
});

function parted(tensors: Tensors): readonly [own: Tensors, others: Tensors] {
  const isOwn = ([name]: [string, unknown]): boolean => name.startsWith(MEASURES_PREFIX);
  const entries = Object.entries(tensors);
  return [Object.fromEntries(entries.filter(isOwn)), Object.fromEntries(entries.filter((entry) => !isOwn(entry)))];
}
