// What is said of classes, for one input or two, as rows of bars: one class, one row. Pure.

import type { BarRow } from "../../../ui/bar-row.ts";

export type Scored = { readonly label: string; readonly score: number };

/**
 * @param lists what is said of each input; a class that one of them does not name has null there
 * @returns the classes in the order of the first list, then those that only others name
 */
export function rowsOf(lists: readonly (readonly Scored[])[]): BarRow[] {
  const scores = lists.map((list) => new Map(list.map(({ label, score }) => [label, score])));
  const labels = new Set(lists.flatMap((list) => list.map(({ label }) => label)));
  return [...labels].map((label) => ({ label, values: scores.map((of) => of.get(label) ?? null) }));
}

/** @returns the largest size of any value, above 0 */
export function sizeOf(rows: readonly BarRow[]): number {
  const sizes = rows.flatMap(({ values }) => values.map((value) => Math.abs(value ?? 0)));
  return Math.max(...sizes, Number.EPSILON);
}
