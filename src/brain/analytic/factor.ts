// Cholesky's factor of a readout's sums, and what is solved with it, in small pieces. A matrix is its lower triangle, row by row: row i has i + 1 numbers
// from `i(i + 1)/2` on. Invariant: sums run in one fixed order, so that the same sums give the same bits in the same kernel.

import type { SumsKernel } from "../../backend/backend.ts";
import { type Pieces, piecesOf } from "../../tensor/pace.ts";

/** Multiply-adds between two pauses: some tenths of a millisecond. */
const PIECE = 2 ** 19;
/** Rows that are worked on together. */
const ROWS = 4;
/** What a pivot counts as where rounding has taken it below; a sample's own square is 2²⁴. */
const LEAST_PIVOT = 1;

const startOf = (row: number): number => (row * (row + 1)) / 2;

/** `Σφφᵀ + ridge · I = LLᵀ`: the kernel's factor becomes L. */
export function* factorize(kernel: SumsKernel, ridge: number): Pieces<void> {
  const { factor: l, width } = kernel;
  const sums = kernel.sums();
  for (const [from, to] of piecesOf(sums.length)) {
    l.set(sums.subarray(from, to), from);
    yield;
  }
  for (let i = 0; i < width; i++) l[startOf(i) + i] = (l[startOf(i) + i] ?? 0) + ridge;
  for (let top = 0; top < width; top += ROWS) {
    const isTogether = top + ROWS <= width;
    if (isTogether) yield* reduced(kernel, top, 0, top);
    for (let i = top; i < Math.min(top + ROWS, width); i++) finishRow(l, i, isTogether ? top : 0);
  }
}

/** Columns 0 to `to` of four rows. */
function* reduced(kernel: SumsKernel, top: number | null, first: number, to: number): Pieces<void> {
  const columns = Math.max(2, 2 * Math.floor(PIECE / (2 * ROWS * Math.max(1, to))));
  for (let from = first; from < to; from += columns) {
    kernel.reduce(top, first, from, Math.min(from + columns, to));
    yield;
  }
}

/** Row i from column `from` on. */
function finishRow(l: Float64Array, i: number, from: number): void {
  const x = startOf(i);
  for (let j = from; j <= i; j++) {
    const y = startOf(j);
    let sum = 0;
    for (let k = 0; k < j; k++) sum += (l[x + k] ?? 0) * (l[y + k] ?? 0);
    const value = (l[x + j] ?? 0) - sum;
    l[x + j] = j === i ? Math.sqrt(Math.max(value, LEAST_PIVOT)) : value / (l[y + j] ?? 1);
  }
}

/**
 * Solves `Lz = b` for many b, four at a time.
 * @param sides [width] each
 * @returns z of each: float64 [width]
 */
export function* forward(kernel: SumsKernel, sides: readonly ArrayLike<number>[]): Pieces<Float64Array[]> {
  const { width, right } = kernel;
  const solved: Float64Array[] = [];
  for (let from = 0; from < sides.length; from += ROWS) {
    const few = sides.slice(from, from + ROWS);
    right.fill(0);
    for (const [row, side] of few.entries()) right.set(side, row * width);
    yield* reduced(kernel, null, 0, width);
    for (const row of few.keys()) solved.push(right.slice(row * width, (row + 1) * width));
  }
  return solved;
}

/** Solves `Lᵀx = z`, in place. @param z float64 [width] */
export function backward({ factor: l }: SumsKernel, z: Float64Array): void {
  for (let i = z.length - 1; i >= 0; i--) {
    const x = startOf(i);
    const value = (z[i] ?? 0) / (l[x + i] ?? 1);
    z[i] = value;
    for (let k = 0; k < i; k++) z[k] = (z[k] ?? 0) - (l[x + k] ?? 0) * value;
  }
}

/** The trace of `(LLᵀ)⁻¹`: the sum of the squares of L⁻¹, column by column. */
export function* inverseTrace(kernel: SumsKernel): Pieces<number> {
  const { width, right } = kernel;
  let trace = 0;
  for (let first = 0; first < width; first += ROWS) {
    right.fill(0);
    for (let row = 0; row < Math.min(ROWS, width - first); row++) right[row * width + first + row] = 1;
    yield* reduced(kernel, null, first, width);
    for (const value of right) trace += value * value;
  }
  return trace;
}
