// Live tuning: what a caller may change of a brain's configuration, checked against what it is now.

import type { Blueprint, PlasticConfig } from "../brain/config.ts";
import type { Tuned } from "../brain/events.ts";
import { invalid } from "../errors.ts";
import type { Head } from "../store/event-log.ts";
import type { TuningWishes } from "./api.ts";

/** @throws EngramError validation, when more samples would vote than the memory holds */
export function checkNeighbors({ neighbors, memorySize }: Pick<PlasticConfig, "neighbors" | "memorySize">): void {
  if (neighbors <= memorySize) return;
  throw invalid(
    "#/config/neighbors",
    `is ${neighbors}, more than the ${memorySize} samples of the memory (memorySize)`,
  );
}

/**
 * @param blueprint the brain as it was created
 * @param wishes each value in its own range already
 * @returns the event that tunes the brain; half a reward is completed from the one in force
 * @throws EngramError validation
 */
export function draftTuning(
  { kind, config: created }: Blueprint,
  { shape }: Head,
  { reward, ...wishes }: TuningWishes,
): Tuned {
  if (kind !== "plastic") throw invalid("#/config", `is fixed when a ${kind} brain is created`);
  const tuning = { ...wishes, ...(reward === undefined ? {} : { reward: { ...shape.tuning.reward, ...reward } }) };
  checkNeighbors({ ...created, ...shape.tuning, ...tuning });
  return { type: "tuned", tuning };
}
