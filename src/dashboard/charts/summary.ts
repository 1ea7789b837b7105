// A chart in words: what a line looks like to people who do not see it. Pure.

import { NOTHING } from "../ui/format.ts";
import { wordingOf } from "./mark-wording.ts";
import { extent } from "./points.ts";
import type { ChartSpec, Picture } from "./source.ts";
import type { Column } from "./timeline.ts";

/** A value and when; of the whole stretch. */
type At = { readonly value: number; readonly place: number };

export type Summary = {
  readonly first: At | null;
  readonly last: At | null;
  /** Of all that was measured, not of means. */
  readonly min: number | null;
  readonly max: number | null;
};

export function summaryOf(column: Column | null): Summary {
  if (column === null) return { first: null, last: null, min: null, max: null };
  const range = extent([column.min, column.max]);
  return {
    first: at(
      column,
      column.mean.findIndex((value) => value !== null),
    ),
    last: at(
      column,
      column.mean.findLastIndex((value) => value !== null),
    ),
    min: range?.[0] ?? null,
    max: range?.[1] ?? null,
  };
}

function at({ mean }: Column, place: number): At | null {
  const value = mean[place] ?? null;
  return value === null ? null : { value, place };
}

/**
 * What a point says, with what happened in it.
 * @param time when it begins, in words
 */
export function announced(
  { series, format }: ChartSpec,
  { timeline, marks }: Picture,
  place: number,
  time: string,
): string {
  const fromMs = timeline.firstMs + place * timeline.stepMs;
  const values = series.map(({ name, label }) => `${label} ${reading(timeline.column(name), place, format)}`);
  const events = marks
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs < fromMs + timeline.stepMs)
    .map((mark) => wordingOf(mark))
    .map(({ title, details }) => `${title} ${details}`);
  return [time, ...values, ...events].join(", ");
}

/** `60.0 – 100.0 %`; nothing where both are alike. */
export function rangeText(format: ChartSpec["format"], least: number | null, greatest: number | null): string {
  const [from, to] = [format(least), format(greatest)];
  if (from === to) return "";
  const unit = / \D+$/.exec(to)?.[0] ?? "";
  return `${unit !== "" && from.endsWith(unit) ? from.slice(0, -unit.length) : from} – ${to}`;
}

/** `93.4 %`, or `93.4 % (88.0 % to 97.1 %)` where it was not the same all the time. */
function reading(column: Column | null, place: number, format: (value: number | null) => string): string {
  const mean = column?.mean[place] ?? null;
  if (column === null || mean === null) return NOTHING;
  const [least, greatest] = [format(column.min[place] ?? null), format(column.max[place] ?? null)];
  return least === greatest ? format(mean) : `${format(mean)} (${least} to ${greatest})`;
}
