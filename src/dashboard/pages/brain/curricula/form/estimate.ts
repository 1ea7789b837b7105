// How much a phase is: its samples and steps, as the server will count them. Pure.

import type { Dataset } from "../../../../api/types.ts";
import type { PhaseDraft, SelectionDraft } from "./draft.ts";
import { USUAL } from "./request.ts";

/** @returns samples that are meant; null where the number of them per class is none */
export function samplesOf({ classes, samplesPerClass }: SelectionDraft, dataset: Dataset): number | null {
  const most = wholeOf(samplesPerClass, Number.POSITIVE_INFINITY);
  if (most === null) return null;
  return dataset.classes
    .filter(({ label }) => classes === null || classes.includes(label))
    .reduce((sum, { samples }) => sum + Math.min(most, samples), 0);
}

export type Size = { readonly samples: number; readonly steps: number };

/** @returns samples of an epoch, and steps of all epochs; null where a number is none */
export function sizeOf(phase: PhaseDraft, dataset: Dataset): Size | null {
  const samples = samplesOf(phase, dataset);
  const epochs = wholeOf(phase.epochs, USUAL.epochs);
  const batchSize = wholeOf(phase.batchSize, USUAL.batchSize);
  if (samples === null || epochs === null || batchSize === null) return null;
  return { samples, steps: epochs * Math.ceil(samples / batchSize) };
}

/** @returns null for what is no whole number above 0 */
function wholeOf(text: string, usual: number): number | null {
  const plain = text.trim().replaceAll(/[ ,_]/g, "");
  if (plain === "") return usual;
  const value = Number(plain);
  return Number.isInteger(value) && value > 0 ? value : null;
}
