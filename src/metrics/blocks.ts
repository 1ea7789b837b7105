// Points side by side as they are stored: JSON, a list per name, so that like stands beside like and compresses well. Most cells of a busy
// second hold one number, and are written as that.

import type { Cell, Marker, Point } from "./points.ts";

/** Some points of a brain, ready to be stored. */
export type Block = {
  readonly id: string;
  readonly brainUid: string;
  /** Of each point, in seconds. */
  readonly stepS: number;
  readonly startsAt: Date;
  /** When its last point ends. */
  readonly endsAt: Date;
  readonly json: string;
};

/** min, max, last, mean, count; or the one number that was measured. */
type WrittenCell = number | readonly [number, number, number, number, number];
type Written = {
  /** startMs, firstSeq, lastSeq of each point. */
  readonly points: readonly (readonly [number, number, number])[];
  /** By name, one for each point; null where it has none. */
  readonly cells: { readonly [name: string]: readonly (WrittenCell | null)[] };
  /** Which point it belongs to, timeMs, seq, type, details. */
  readonly markers: readonly (readonly [number, number, number, string, Marker["details"]])[];
};

/** @param points at least one, all of the brain */
export function blockOf(block: Pick<Block, "id" | "brainUid" | "stepS">, points: readonly Point[]): Block {
  const starts = points.map(({ startMs }) => startMs);
  const startsAt = new Date(Math.min(...starts));
  const endsAt = new Date(Math.max(...starts) + 1000 * block.stepS);
  return { ...block, startsAt, endsAt, json: encodePoints(points) };
}

function encodePoints(points: readonly Point[]): string {
  const cells: Record<string, (WrittenCell | null)[]> = Object.create(null);
  points.forEach((point, place) => {
    for (const [name, cell] of point.cells) {
      const column = cells[name] ?? new Array<WrittenCell | null>(points.length).fill(null);
      column[place] = writtenOf(cell);
      cells[name] = column;
    }
  });
  const written: Written = {
    points: points.map(({ startMs, firstSeq, lastSeq }) => [startMs, firstSeq, lastSeq]),
    cells,
    markers: points.flatMap(({ markers }, place) =>
      markers.map(({ timeMs, seq, type, details }) => [place, timeMs, seq, type, details] as const),
    ),
  };
  return JSON.stringify(written);
}

/** @param json what `encodePoints` wrote */
export function decodePoints(json: string): readonly Point[] {
  const { points, cells, markers } = JSON.parse(json) as Written;
  const decoded = points.map(([startMs, firstSeq, lastSeq]) => ({
    startMs,
    firstSeq,
    lastSeq,
    cells: new Map<string, Cell>(),
    markers: [] as Marker[],
  }));
  for (const [name, column] of Object.entries(cells)) {
    column.forEach((cell, place) => {
      if (cell !== null) decoded[place]?.cells.set(name, cellOf(cell));
    });
  }
  for (const [place, timeMs, seq, type, details] of markers) {
    decoded[place]?.markers.push({ timeMs, seq, type, details });
  }
  return decoded;
}

const writtenOf = ({ min, max, last, mean, count }: Cell): WrittenCell =>
  count === 1 ? last : [min, max, last, mean, count];

function cellOf(written: WrittenCell): Cell {
  if (typeof written === "number") return { min: written, max: written, last: written, mean: written, count: 1 };
  const [min, max, last, mean, count] = written;
  return { min, max, last, mean, count };
}
