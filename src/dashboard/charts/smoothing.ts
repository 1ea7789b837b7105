// A smooth line through noisy points: an exponential moving average that knows how far apart they are. Pure.
// Invariants: a value lies between the least and the greatest of its stretch so far; the first of a stretch is itself; nothing crosses a gap,
// or where another stretch begins.

import type { Values } from "./timeline.ts";

/** What can be chosen, as half-lives in points; 0: as measured. */
export const SMOOTHINGS = [0, 1, 2, 4, 8, 16, 32, 64] as const;
export type Smoothing = (typeof SMOOTHINGS)[number];

/**
 * A point weighs half as much as one that lies `halfLife` later. Sums are divided by the sum of weights and not by its limit, so that a stretch
 * does not begin with a pull to 0 or to its first point.
 * @param times where the values lie, ascending
 * @param halfLife in the unit of `times`; 0 leaves the values as they are
 * @param beginnings where other stretches begin, ascending
 */
export function smoothed(
  times: readonly number[],
  values: Values,
  halfLife: number,
  beginnings: readonly number[] = [],
): Values {
  if (halfLife <= 0) return values;
  let mean = 0;
  let weight = 0;
  let before = 0;
  let next = 0;
  return values.map((value, place) => {
    const time = times[place] ?? before;
    for (; time >= (beginnings[next] ?? Number.POSITIVE_INFINITY); next++) weight = 0;
    if (value === null) {
      weight = 0;
      return null;
    }
    weight = weight * 2 ** ((before - time) / halfLife) + 1;
    before = time;
    if (weight === 1) mean = value;
    else mean = between(mean, value, mean + (value - mean) / weight);
    return mean;
  });
}

/** Rounding must not lead out. */
const between = (a: number, b: number, value: number): number =>
  Math.min(Math.max(a, b), Math.max(Math.min(a, b), value));
