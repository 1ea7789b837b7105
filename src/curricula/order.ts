// In which order an epoch goes through its samples. Invariants: an epoch's order has each sample once; it follows from the phase and the epoch's
// number alone, so that any epoch can be asked for at any time.

import { Random } from "../brain/random.ts";
import { type Pieces, piecesOf } from "../tensor/pace.ts";
import type { Phase } from "./api.ts";

/** So that no noise draws the same numbers. */
const SHUFFLE = 1;

/** Samples between two pauses: about a millisecond. */
const PIECE_ROWS = 32_768;

export type Ordered = Pick<Phase, "order" | "seed" | "classes">;

/**
 * @param rows the samples' numbers, ascending: uint32 [n]
 * @param of the dataset's class names, and the class of each of its samples
 * @param epoch from 1
 * @returns uint32 [n]; of `stored`, `rows` itself
 */
export function* epochOrder(
  { order, seed, classes }: Ordered,
  rows: Uint32Array,
  of: { readonly labels: readonly string[]; readonly classIds: Uint32Array },
  epoch: number,
): Pieces<Uint32Array> {
  if (order === "stored") return rows;
  const shuffled = yield* shuffle(rows, Random.keyed(SHUFFLE, seed, epoch));
  if (order === "shuffled") return shuffled;
  const places = new Map((classes ?? of.labels).map((label, place) => [label, place]));
  const ranks = Uint32Array.from(of.labels, (label) => places.get(label) ?? 0);
  return yield* byRank(shuffled, (row) => ranks[of.classIds[row] ?? 0] ?? 0, places.size);
}

/** Fisher and Yates: every order is equally likely. */
function* shuffle(rows: Uint32Array, random: Random): Pieces<Uint32Array> {
  const out = rows.slice();
  for (const [from, to] of piecesOf(out.length, PIECE_ROWS)) {
    for (let i = from; i < to; i++) {
      const other = i + random.below(out.length - i);
      const row = out[other] ?? 0;
      out[other] = out[i] ?? 0;
      out[i] = row;
    }
    yield;
  }
  return out;
}

/** By rank, those of one rank in the order in which they came. */
function* byRank(rows: Uint32Array, rankOf: (row: number) => number, ranks: number): Pieces<Uint32Array> {
  // At first how many have the rank before, then where the rank's next row goes.
  const places = new Uint32Array(ranks + 1);
  for (const [from, to] of piecesOf(rows.length, PIECE_ROWS)) {
    for (let i = from; i < to; i++) {
      const after = rankOf(rows[i] ?? 0) + 1;
      places[after] = (places[after] ?? 0) + 1;
    }
    yield;
  }
  for (let rank = 0; rank < ranks; rank++) places[rank + 1] = (places[rank + 1] ?? 0) + (places[rank] ?? 0);
  const out = new Uint32Array(rows.length);
  for (const [from, to] of piecesOf(rows.length, PIECE_ROWS)) {
    for (let i = from; i < to; i++) {
      const row = rows[i] ?? 0;
      const rank = rankOf(row);
      const place = places[rank] ?? 0;
      out[place] = row;
      places[rank] = place + 1;
    }
    yield;
  }
  return out;
}
