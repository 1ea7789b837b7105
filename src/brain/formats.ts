// What outlives the version that wrote it (events, states) says in which format it is. Older ones are brought to the present one a step at
// a time, each step written once and never changed; so whatever a server wrote, every later server reads.

import { StateError } from "./header-fields.ts";

/** Written by a newer version, or by nobody we know; the message says so. To whoever is given such a state it is one more that is no good. */
export class FormatError extends StateError {}

/** Brings what is of format `n`, its key, to format `n + 1`. */
export type Upgrades<T> = { readonly [format: number]: (older: T) => T };

/**
 * @param what it is, for the message
 * @param format in which it is written
 * @param present the format that this version writes
 * @throws FormatError when no steps lead from `format` to `present`
 */
export function upgrade<T>(what: string, format: unknown, present: number, written: T, upgrades: Upgrades<T>): T {
  if (typeof format !== "number" || !Number.isInteger(format) || format < 1) {
    throw new FormatError(`${what} has no format that is known`);
  }
  if (format > present) {
    const known = `this version reads formats up to ${present}`;
    throw new FormatError(`${what} has format ${format}, written by a newer Engram; ${known}`);
  }
  let value = written;
  for (let at = format; at < present; at++) {
    const step = upgrades[at];
    if (step === undefined)
      throw new FormatError(`${what} has format ${format}, which this version cannot read any more`);
    value = step(value);
  }
  return value;
}
