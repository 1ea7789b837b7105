// How good an approximate search is.

import type { Neighbors } from "../../src/backend/backend.ts";

/** Share of the nearest keys that were found; `exact` may have more rows. */
export function recall({ k, slots }: Neighbors, exact: Neighbors): number {
  let hits = 0;
  for (let at = 0; at < slots.length; at += k) {
    const wanted = new Set(exact.slots.subarray(at, at + k));
    hits += slots.subarray(at, at + k).filter((slot) => wanted.has(slot)).length;
  }
  return hits / slots.length;
}
