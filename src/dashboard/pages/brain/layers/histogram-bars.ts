// Where the bars of a histogram stand on an axis that it may share with others, and how high they are. Pure.

import type { Tensor } from "../../../api/types.ts";
import type { Axis } from "./families.ts";

export type Histogram = NonNullable<Tensor["histogram"]>;

export type HistogramBar = {
  /** From here to there, as shares of the axis. */
  readonly from: number;
  readonly to: number;
  /** Share of the height. */
  readonly height: number;
};

/** Bins are equally wide; where all numbers are equal there is one without width. */
export function barsOf({ from, to, counts }: Histogram, axis: Axis, isLog: boolean): HistogramBar[] {
  const scaled = isLog ? Math.log1p : (count: number): number => count;
  const most = scaled(Math.max(...counts, 1));
  const place = (value: number): number => (value - axis.from) / (axis.to - axis.from);
  const width = (to - from) / counts.length;
  return counts.map((count, bin) => ({
    from: place(from + bin * width),
    to: place(from + (bin + 1) * width),
    height: scaled(count) / most,
  }));
}

export type Bin = { readonly from: number; readonly to: number; readonly count: number };

export function binOf({ from, to, counts }: Histogram, bin: number): Bin {
  const width = (to - from) / counts.length;
  return { from: from + bin * width, to: from + (bin + 1) * width, count: counts[bin] ?? 0 };
}

/** @returns the bin at a share of the axis; null beyond the histogram */
export function binAt({ from, to, counts }: Histogram, axis: Axis, share: number): number | null {
  const value = axis.from + share * (axis.to - axis.from);
  if (to === from) return Math.abs(share - (from - axis.from) / (axis.to - axis.from)) < 0.02 ? 0 : null;
  const bin = Math.floor(((value - from) / (to - from)) * counts.length);
  return bin >= 0 && bin < counts.length ? bin : null;
}
