// Cholesky's factor of a readout's sums, and what is solved with it, in small pieces. A matrix is its lower triangle, row by row: row i has i + 1 numbers
// from `i(i + 1)/2` on. Invariant: sums run in one fixed order, so that the same sums give the same bits in the same kernel.

import { SOLVED_TOGETHER, type SumsKernel } from "../../backend/backend.ts";
import { type Pieces, piecesOf } from "../../tensor/pace.ts";

/** Multiply-adds between two pauses: some tenths of a millisecond. */
const PIECE = 2 ** 20;
/** What a pivot's square counts as where rounding has taken it below; a sample's own square is 2²⁴. */
const LEAST_PIVOT = 1;

const startOf = (row: number): number => (row * (row + 1)) / 2;

/**
 * `Σφφᵀ − less + ridge · I = LLᵀ`: the kernel's factor becomes L.
 * @param less float64, a triangle like the sums; nothing where it is absent
 */
export function* factorize(kernel: SumsKernel, ridge: number, less?: Float64Array): Pieces<void> {
  const { factor: l, width } = kernel;
  const sums = kernel.sums();
  for (const [from, to] of piecesOf(sums.length)) {
    l.set(sums.subarray(from, to), from);
    if (less !== undefined) for (let i = from; i < to; i++) l[i] = (l[i] ?? 0) - (less[i] ?? 0);
    yield;
  }
  for (let i = 0; i < width; i++) l[startOf(i) + i] = (l[startOf(i) + i] ?? 0) + ridge;
  for (let top = 0; top < width; top += SOLVED_TOGETHER) {
    yield* reduced(kernel, top, top);
    kernel.complete(top, LEAST_PIVOT);
    yield;
  }
}

/** Columns 0 to `to` of the rows from `top` on, or of the right sides. */
function* reduced(kernel: SumsKernel, top: number | null, to: number): Pieces<void> {
  const together = SOLVED_TOGETHER ** 2;
  const columns = SOLVED_TOGETHER * Math.max(1, Math.floor(PIECE / (together * Math.max(1, to))));
  for (let from = 0; from < to; from += columns) {
    kernel.reduce(top, 0, from, Math.min(from + columns, to));
    yield;
  }
}

/**
 * Solves `LLᵀx = b` for many b.
 * @param sides [width] each
 * @returns x of each: float64 [width]
 */
export function* solutions(kernel: SumsKernel, sides: readonly ArrayLike<number>[]): Pieces<Float64Array[]> {
  const { width, right } = kernel;
  const solved: Float64Array[] = [];
  for (let from = 0; from < sides.length; from += SOLVED_TOGETHER) {
    const rows = laid(kernel, sides, from);
    yield* reduced(kernel, null, width);
    kernel.backward();
    for (let row = 0; row < rows; row++) solved.push(right.slice(row * width, (row + 1) * width));
    yield;
  }
  return solved;
}

/**
 * `bᵀ(LLᵀ)⁻¹b = ‖L⁻¹b‖²` of many b.
 * @param sides [width] each
 */
export function* quadratics(kernel: SumsKernel, sides: readonly ArrayLike<number>[]): Pieces<number[]> {
  const { width, right } = kernel;
  const values: number[] = [];
  for (let from = 0; from < sides.length; from += SOLVED_TOGETHER) {
    const rows = laid(kernel, sides, from);
    yield* reduced(kernel, null, width);
    for (let row = 0; row < rows; row++) values.push(squareOf(right.subarray(row * width, (row + 1) * width)));
    yield;
  }
  return values;
}

/** Makes sides from `from` on the kernel's right sides, the rest zero. @returns how many */
function laid({ width, right }: SumsKernel, sides: readonly ArrayLike<number>[], from: number): number {
  const few = sides.slice(from, from + SOLVED_TOGETHER);
  right.fill(0);
  for (const [row, side] of few.entries()) right.set(side, row * width);
  return few.length;
}

function squareOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
