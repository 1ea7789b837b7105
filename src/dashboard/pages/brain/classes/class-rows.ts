// What is known of each class, measured and remembered, and in which order classes are shown.

import type { Measures, Memory } from "../../../api/types.ts";

export type ClassRow = Measures["classes"][number] & {
  /** Samples in the memory; null where the brain has none, or it is not read yet. */
  readonly remembered: number | null;
};

export type ClassColumn =
  | "label"
  | "samples"
  | "accuracy"
  | "accuracyFaded"
  | "holdoutAccuracy"
  | "holdoutBest"
  | "forgetting"
  | "remembered";

export type Order = { readonly column: ClassColumn; readonly isDescending: boolean };

export function classRowsOf({ classes }: Measures, memory: Memory | null): readonly ClassRow[] {
  const counts = new Map(memory?.classes.map(({ label, count }) => [label, count]));
  return classes.map((each) => ({ ...each, remembered: counts.get(each.label) ?? null }));
}

/** As people count: `class 2` before `class 10`. */
const byLabel = (a: ClassRow, b: ClassRow): number => a.label.localeCompare(b.label, "en", { numeric: true });

/** @returns `rows` in order; what has no value comes last either way, and equals by label */
export function sortedClasses(rows: readonly ClassRow[], { column, isDescending }: Order): readonly ClassRow[] {
  const sign = isDescending ? -1 : 1;
  if (column === "label") return rows.toSorted((a, b) => sign * byLabel(a, b));
  return rows.toSorted((a, b) => {
    const x = a[column];
    const y = b[column];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byLabel(a, b);
    return sign * (x - y) || byLabel(a, b);
  });
}

/** @returns the order after a press on a column's head: what is chosen anew begins with its most telling end */
export const pressed = (order: Order, column: ClassColumn): Order =>
  order.column === column
    ? { column, isDescending: !order.isDescending }
    : { column, isDescending: column === "samples" || column === "forgetting" || column === "remembered" };
