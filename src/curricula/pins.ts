// A plan goes with the samples that it was checked against: datasets never change, but one may be removed, and another take its id.

import type { DatasetInfo, Datasets } from "../datasets/api.ts";
import { EngramError } from "../errors.ts";
import type { Plan } from "./api.ts";

/** Each dataset of a plan, by its id: the digest of its samples. */
export type Pins = { readonly [dataset: string]: string };

/** A plan as it is kept. */
export type PinnedPlan = Plan & { readonly datasets: Pins };

/** @returns the ids of the datasets that a plan names, each once */
export const datasetsOf = ({ phases, evaluations }: Plan): readonly string[] => [
  ...new Set([...phases, ...evaluations].map(({ dataset }) => dataset)),
];

/**
 * Holds the datasets that there are now against those that a plan was made for.
 * @throws EngramError `curriculum-not-resumable` where one is gone, or has other samples
 */
export async function checkPins({ datasets: pins }: PinnedPlan, datasets: Pick<Datasets, "get">): Promise<void> {
  for (const id of Object.keys(pins)) checkPin(pins, await find(id, datasets));
}

async function find(id: string, datasets: Pick<Datasets, "get">): Promise<DatasetInfo> {
  try {
    return await datasets.get(id);
  } catch (error) {
    if (!(error instanceof EngramError && error.code === "dataset-not-found")) throw error;
    throw notResumable(`Dataset "${id}" is gone; the curriculum needs it.`);
  }
}

/** @throws EngramError `curriculum-not-resumable` */
export function checkPin(pins: Pins, { id, digest }: Pick<DatasetInfo, "id" | "digest">): void {
  if (Object.hasOwn(pins, id) && pins[id] !== digest)
    throw notResumable(`Dataset "${id}" has other samples than the curriculum was made for.`);
}

const notResumable = (message: string): EngramError => new EngramError("curriculum-not-resumable", message);
