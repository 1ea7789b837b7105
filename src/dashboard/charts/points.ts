// Where among the points of a chart something lies. Pure.

import type { Values } from "./timeline.ts";

/** Points without a neighbour: a line does not show them. */
export function isolated(values: Values): number[] {
  const places: number[] = [];
  for (let place = 0; place < values.length; place++) {
    if ((values[place] ?? null) === null) continue;
    if ((values[place - 1] ?? null) === null && (values[place + 1] ?? null) === null) places.push(place);
  }
  return places;
}

const isMeasured = (columns: readonly Values[], place: number): boolean =>
  columns.some((values) => (values[place] ?? null) !== null);

/** @returns the nearest place, at most `reach` away, at which anything was measured; `place` when there is none */
export function nearestMeasured(columns: readonly Values[], place: number, reach: number): number {
  for (let away = 0; away <= reach; away++) {
    for (const near of [place - away, place + away]) if (isMeasured(columns, near)) return near;
  }
  return place;
}

/**
 * @param count how many measured points to go on, back where it is negative
 * @returns the place there, the last one on the way where there are not so many; null when there is none at all
 */
export function measuredBeside(columns: readonly Values[], place: number, count: number): number | null {
  const length = Math.max(0, ...columns.map((values) => values.length));
  const step = Math.sign(count);
  let found: number | null = null;
  let left = Math.abs(count);
  for (let next = place + step; next >= 0 && next < length && left > 0; next += step) {
    if (!isMeasured(columns, next)) continue;
    found = next;
    left--;
  }
  return found;
}

/** @returns the least and the greatest of all values at places `from` to `to`; null where there is none */
export function extent(columns: readonly Values[], from = 0, to = Number.POSITIVE_INFINITY): [number, number] | null {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const values of columns) {
    const end = Math.min(values.length - 1, to);
    for (let place = from; place <= end; place++) {
      const value = values[place] ?? null;
      if (value === null) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  return least > greatest ? null : [least, greatest];
}
