// A brain's numbers over a stretch of time, each as least, greatest, last, mean and count. Pure arithmetic.
// Invariant: however a stretch is cut into points and put together again, least, greatest, last and count are the same: no spike is lost.

import type { Numbers } from "../brain/measures/findings.ts";

/** One number over a stretch of time. */
export type Cell = {
  readonly min: number;
  readonly max: number;
  /** The newest. */
  readonly last: number;
  /** Between `min` and `max`. */
  readonly mean: number;
  /** How often it was measured, at least once. */
  readonly count: number;
};

/** Something that happened to a brain, to be shown beside its numbers. */
export type Marker = {
  readonly timeMs: number;
  readonly seq: number;
  readonly type: string;
  /** The facts; plain data. */
  readonly details: { readonly [name: string]: unknown };
};

export type Point = {
  /** When the stretch begins, ms since 1970. */
  readonly startMs: number;
  /** Of the states that were measured. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly cells: ReadonlyMap<string, Cell>;
  /** In the order of their times; of each kind the newest `MAX_ALIKE`. */
  readonly markers: readonly Marker[];
};

/** Names of one point. A brain has a few dozen; layers and tasks make more. */
export const MAX_NAMES = 512;
const MAX_NAME_CHARACTERS = 128;
/** Markers of a kind that a point keeps: who switches modes all the time does not fill the disk. The event log has them all. */
export const MAX_ALIKE = 4;

/** A cell that grows. What is `last` came with the part that began at `partMs` and ended with the state `partSeq`. */
type Growing = { -readonly [Field in keyof Cell]: Cell[Field] } & { partMs: number; partSeq: number };

/** Puts a point together of what is measured, or of parts. */
export class Gathering {
  readonly startMs: number;
  readonly #cells = new Map<string, Growing>();
  #firstSeq = Number.POSITIVE_INFINITY;
  #lastSeq = Number.NEGATIVE_INFINITY;
  #markers: readonly Marker[] = [];

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  /** Cells and markers. */
  get size(): number {
    return this.#cells.size + this.#markers.length;
  }

  /** Adds what was measured of the state `seq`. What is not finite, and more names than a point takes, are left out. */
  add(seq: number, numbers: Numbers): void {
    this.#span(seq, seq);
    for (const name in numbers) {
      const measured = numbers[name];
      if (typeof measured !== "number" || !Number.isFinite(measured)) continue;
      const value = measured + 0; // -0 is 0, as it would be after a way through JSON
      const cell = this.#cells.get(name);
      if (cell !== undefined) join(cell, value, value, value, 1).last = value;
      else this.#begin(name, { min: value, max: value, last: value, mean: value, count: 1 }, this.startMs, seq);
    }
  }

  mark(marker: Marker): void {
    this.#span(marker.seq, marker.seq);
    const markers = [...this.#markers, marker].sort((a, b) => a.timeMs - b.timeMs || a.seq - b.seq);
    const alike = markers.filter(({ type }) => type === marker.type);
    this.#markers = alike.length > MAX_ALIKE ? markers.filter((one) => one !== alike[0]) : markers;
  }

  /**
   * Adds a part of this stretch, or the same stretch as somebody else saw it. Parts may come in any order.
   * @param isWanted by name; all when left out
   */
  merge({ startMs, firstSeq, lastSeq, cells, markers }: Point, isWanted: (name: string) => boolean = () => true): void {
    for (const [name, part] of cells) {
      const cell = this.#cells.get(name);
      if (cell === undefined) {
        if (isWanted(name)) this.#begin(name, part, startMs, lastSeq);
        continue;
      }
      join(cell, part.min, part.max, part.mean, part.count);
      if (startMs < cell.partMs || (startMs === cell.partMs && lastSeq < cell.partSeq)) continue;
      cell.last = part.last;
      cell.partMs = startMs;
      cell.partSeq = lastSeq;
    }
    this.#span(firstSeq, lastSeq);
    for (const marker of markers) this.mark(marker);
  }

  /** @returns what was gathered so far; what is gathered afterwards may show in it */
  point(): Point {
    const { startMs } = this;
    return { startMs, firstSeq: this.#firstSeq, lastSeq: this.#lastSeq, cells: this.#cells, markers: this.#markers };
  }

  #begin(name: string, { min, max, last, mean, count }: Cell, partMs: number, partSeq: number): void {
    if (this.#cells.size >= MAX_NAMES || name.length > MAX_NAME_CHARACTERS) return;
    this.#cells.set(name, { min, max, last, mean, count, partMs, partSeq });
  }

  #span(firstSeq: number, lastSeq: number): void {
    this.#firstSeq = Math.min(this.#firstSeq, firstSeq);
    this.#lastSeq = Math.max(this.#lastSeq, lastSeq);
  }
}

/** @returns `cell`, with a part beside its own; `last` is left as it is */
function join(cell: Growing, min: number, max: number, mean: number, count: number): Growing {
  cell.min = Math.min(cell.min, min);
  cell.max = Math.max(cell.max, max);
  cell.count += count;
  // Rounding must not put the mean of equal numbers beside them.
  const moved = cell.mean + (mean - cell.mean) * (count / cell.count);
  cell.mean = Math.min(cell.max, Math.max(cell.min, moved));
  return cell;
}

/**
 * Puts points together to such of `stepMs`, which begin at multiples of it.
 * @returns them in the order of their times
 */
export function rollUp(points: Iterable<Point>, stepMs: number): readonly Point[] {
  const gatherings = new Map<number, Gathering>();
  for (const point of points) {
    const startMs = Math.floor(point.startMs / stepMs) * stepMs;
    const gathering = gatherings.get(startMs) ?? new Gathering(startMs);
    gatherings.set(startMs, gathering);
    gathering.merge(point);
  }
  return [...gatherings.values()].map((gathering) => gathering.point()).sort((a, b) => a.startMs - b.startMs);
}
