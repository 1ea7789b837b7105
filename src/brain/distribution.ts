// How the numbers of a large array are distributed, a piece of the array at a time. In two passes with sums in float64: the mean is known before
// distances from it are summed, so that the standard deviation is right however far from 0 the numbers lie.
// Invariant: the counts of a histogram add up to `count`, whatever rounding does at the edges of its bins.

import { type Pieces, piecesOf } from "../tensor/pace.ts";

/** Copies numbers `from`, `from + 1`, … of an array to the whole of `target`. */
export type ReadNumbers = (target: Float32Array, from: number) => void;

export type Distribution = {
  readonly count: number;
  /** Null of nothing, as all that follows but `zeros`. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of these numbers, not of a sample: `√(Σ(x − mean)² / count)`. */
  readonly standardDeviation: number | null;
  readonly zeros: number;
  readonly histogram: Histogram | null;
};

/** `counts.length` bins of equal width from `from` to `to`, the last one closed; a single one where all numbers are equal. */
export type Histogram = { readonly from: number; readonly to: number; readonly counts: readonly number[] };

const NOTHING: Distribution = {
  count: 0,
  min: null,
  max: null,
  mean: null,
  standardDeviation: null,
  zeros: 0,
  histogram: null,
};

/**
 * @param read gives the same numbers whenever it is asked
 * @param count how many there are, all finite
 * @param bins of the histogram
 */
export function* distributionOf(read: ReadNumbers, count: number, bins: number): Pieces<Distribution> {
  if (count === 0) return NOTHING;
  const extent = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, zeros: 0 };
  for (const piece of piecesRead(read, count)) {
    addTo(extent, piece);
    yield;
  }
  const { min, max, sum, zeros } = extent;
  // Rounding may take the quotient out of the numbers' range.
  const mean = Math.min(max, Math.max(min, sum / count));
  const counts = new Float64Array(min === max ? 1 : bins);
  let squares = 0;
  for (const piece of piecesRead(read, count)) {
    squares += squaresAround(mean, piece);
    countInto(counts, min, max, piece);
    yield;
  }
  return {
    count,
    min,
    max,
    mean,
    standardDeviation: Math.sqrt(squares / count),
    zeros,
    histogram: { from: min, to: max, counts: Array.from(counts) },
  };
}

/** All numbers, in pieces that hold until the next. */
function* piecesRead(read: ReadNumbers, count: number): Generator<Float32Array> {
  let room = new Float32Array(0);
  for (const [from, to] of piecesOf(count)) {
    if (room.length < to - from) room = new Float32Array(to - from);
    const piece = room.subarray(0, to - from);
    read(piece, from);
    yield piece;
  }
}

function addTo(extent: { min: number; max: number; sum: number; zeros: number }, piece: Float32Array): void {
  let { min, max, sum, zeros } = extent;
  for (let i = 0; i < piece.length; i++) {
    const value = piece[i] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
    sum += value;
  }
  Object.assign(extent, { min, max, sum, zeros });
}

/** `Σ(x − mean)²` */
function squaresAround(mean: number, piece: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < piece.length; i++) {
    const distance = (piece[i] ?? 0) - mean;
    squares += distance * distance;
  }
  return squares;
}

function countInto(counts: Float64Array, min: number, max: number, piece: Float32Array): void {
  const last = counts.length - 1;
  const scale = max === min ? 0 : counts.length / (max - min);
  for (let i = 0; i < piece.length; i++) {
    // The largest number belongs to the last bin, and rounding may take others to its end.
    const bin = Math.min(last, Math.floor(((piece[i] ?? 0) - min) * scale));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}
