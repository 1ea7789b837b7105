// Whether a series of measurements rises. The first third is warm-up (caches, pools, the code's own compilation) and does not count; a line is fitted
// through the rest.

export type Measured = { readonly atS: number; readonly value: number };
export type Trend = {
  /** At the end of the warm-up and at the end, on the fitted line. */
  readonly from: number;
  readonly to: number;
  readonly perHour: number;
  readonly isFlat: boolean;
};

const WARM_UP = 1 / 3;
/** A rise that is less than this share of the value, or than `slack`, is noise. */
const NOISE = 0.05;

/** @param slack in the unit of the values. @returns null where there are too few to tell */
export function trendOf(series: readonly Measured[], slack: number): Trend | null {
  const last = series.at(-1);
  const first = series[0];
  if (first === undefined || last === undefined) return null;
  const begin = first.atS + (last.atS - first.atS) * WARM_UP;
  const counted = series.filter(({ atS }) => atS >= begin);
  if (counted.length < 4) return null;
  const meanAt = mean(counted.map(({ atS }) => atS));
  const meanValue = mean(counted.map(({ value }) => value));
  const spread = sum(counted.map(({ atS }) => (atS - meanAt) ** 2));
  const slope = sum(counted.map(({ atS, value }) => (atS - meanAt) * (value - meanValue))) / spread;
  const at = (second: number): number => meanValue + slope * (second - meanAt);
  const [from, to] = [at(begin), at(last.atS)];
  return { from, to, perHour: slope * 3600, isFlat: to - from <= Math.max(slack, NOISE * from) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
