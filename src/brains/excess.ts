// How large a brain may be: no larger than a state can travel, and than the server's budget.

import { type Blueprint, stateBytes } from "../brain/config.ts";
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
