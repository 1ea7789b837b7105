// The numbers of a sparkline: a window of equal slots that moves with the time. A slot in which nothing was measured is no slot: gaps stay gaps.
// Invariant: slots ascend, and there are never more than the window holds.

import type { MetricHistory } from "../api/types.ts";

/** All that was measured in one slot. */
export type Slot = {
  /** Which one, counted from 1970. */
  readonly index: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
};

export type SparkWindow = { readonly stepMs: number; readonly slots: number };

const slotOf = (timeMs: number, { stepMs }: SparkWindow): number => Math.floor(timeMs / stepMs);

/** @returns the first slot of the window that ends with `nowMs` */
export const firstSlotOf = (nowMs: number, window: SparkWindow): number => slotOf(nowMs, window) - window.slots + 1;

/** @returns what the history tells of `name`, whose step must be the window's */
export function slotsOfHistory({ times, series }: MetricHistory, name: string, window: SparkWindow): readonly Slot[] {
  const columns = series[name];
  if (columns === undefined) return [];
  return times.flatMap((time, point) => {
    const min = columns.min[point] ?? null;
    const max = columns.max[point] ?? null;
    const last = columns.last[point] ?? null;
    if (min === null || max === null || last === null) return [];
    return [{ index: slotOf(Date.parse(time), window), min, max, last }];
  });
}

/** @returns `slots` with a number that has just been measured, without those that have left the window */
export function withValue(slots: readonly Slot[], timeMs: number, value: number, window: SparkWindow): readonly Slot[] {
  const index = slotOf(timeMs, window);
  const added = { index, min: value, max: value, last: value };
  return joined(slots, [added], timeMs, window);
}

/** @returns both, of which `newer` was measured later */
export function joined(
  older: readonly Slot[],
  newer: readonly Slot[],
  nowMs: number,
  window: SparkWindow,
): readonly Slot[] {
  const first = firstSlotOf(nowMs, window);
  const all = new Map<number, Slot>();
  for (const slot of [...older, ...newer]) {
    if (slot.index < first) continue;
    const before = all.get(slot.index);
    const both =
      before === undefined
        ? slot
        : { ...slot, min: Math.min(before.min, slot.min), max: Math.max(before.max, slot.max) };
    all.set(slot.index, both);
  }
  return [...all.values()].sort((a, b) => a.index - b.index).slice(-window.slots);
}

/** @returns `slots` in runs without a gap */
export function runsOf(slots: readonly Slot[]): readonly (readonly Slot[])[] {
  const runs: Slot[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)?.index === slot.index - 1) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}
