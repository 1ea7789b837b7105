// Which states of a brain can be had back: ranges of `seq`, ascending, with gaps between.

import type { History } from "../../../api/types.ts";

export type Ranges = History["ranges"];

export const isKept = (ranges: Ranges, seq: number): boolean => ranges.some(({ from, to }) => seq >= from && seq <= to);

/** @returns the kept state that is nearest to `seq`, the older of two that are equally near; null where none is kept */
export function nearestKept(ranges: Ranges, seq: number): number | null {
  const candidates = ranges.map(({ from, to }) => Math.min(to, Math.max(from, seq)));
  return candidates.reduce<number | null>(
    (best, each) => (best === null || Math.abs(each - seq) < Math.abs(best - seq) ? each : best),
    null,
  );
}

/** @returns e.g. `40, 1,210 to 2,514` */
export function rangesText(ranges: Ranges, number: (seq: number) => string): string {
  return ranges.map(({ from, to }) => (from === to ? number(from) : `${number(from)} to ${number(to)}`)).join(", ");
}
