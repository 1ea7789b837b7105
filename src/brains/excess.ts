// How large a brain may be: no larger than a state can travel, and than the server's budget; and of how many classes.

import { type Blueprint, stateBytes } from "../brain/config.ts";
import { hasSums, MAX_READOUT_CLASSES, MAX_TRIARCHIC_CLASSES } from "../brain/limits.ts";
import { residentBytes } from "../brain/resident-bytes.ts";

const MEGABYTE = 1024 * 1024;

/** A state travels to a host as one array of bytes, which may have 2³² elements. */
const MAX_STATE_MB = 4000;

/**
 * @param classes that the brain is to hold
 * @returns how large a brain of this blueprint is, and too large for what; null when it fits
 */
export function excessOf(blueprint: Blueprint, budgetMb: number, classes = 0): string | null {
  const stateMb = stateBytes(blueprint, classes) / MEGABYTE;
  if (stateMb > MAX_STATE_MB) return `a brain of ${Math.ceil(stateMb)} MB; no brain may be over ${MAX_STATE_MB} MB`;
  const needsMb = residentBytes(blueprint, classes) / MEGABYTE;
  if (needsMb <= budgetMb) return null;
  return `a brain that takes ${Math.ceil(needsMb)} MB; this server's memory budget is ${budgetMb} MB`;
}

/**
 * @param classes that new ones would make
 * @returns what is wrong with so many, to follow what brings them; null when the brain can have them
 */
export function classExcessOf(blueprint: Blueprint, budgetMb: number, classes: number): string | null {
  const isTriarchic = blueprint.kind === "triarchic";
  const isOfSums = hasSums(blueprint);
  if (isTriarchic && classes > MAX_TRIARCHIC_CLASSES) {
    return `makes ${classes} classes; a triarchic brain has ${MAX_TRIARCHIC_CLASSES} at most`;
  }
  if (isOfSums && classes > MAX_READOUT_CLASSES) {
    return `makes ${classes} classes; a brain has ${MAX_READOUT_CLASSES} at most, unless it was created with readout memory`;
  }
  // Nothing else of a brain grows with its classes.
  if (!isTriarchic && !isOfSums && blueprint.config.holdout === 0) return null;
  const excess = excessOf(blueprint, budgetMb, classes);
  return excess === null ? null : `makes, with ${classes} classes, ${excess}`;
}
