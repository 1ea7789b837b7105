// A dense float32 matrix in ordinary memory: what travels between the parts of a brain.
// Invariant: `data.length === rows * cols`.

import { toUnitLength } from "./vector.ts";

/** float32 [rows, cols], row-major. */
export type Matrix = {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
};

/** Rows `from` to `to` (exclusive) of `matrix` as a view: float32 [to - from, cols]. */
export const rowsOf = (matrix: Matrix, from: number, to: number): Matrix => ({
  rows: to - from,
  cols: matrix.cols,
  data: matrix.data.subarray(from * matrix.cols, to * matrix.cols),
});

/**
 * Copies of the rows of `matrix` with these numbers: float32 [rows.length, cols].
 * @param room where they go; they are all written, and what lies behind them stays
 */
export function gatheredRows(
  matrix: Matrix,
  rows: ArrayLike<number>,
  room: Float32Array = new Float32Array(rows.length * matrix.cols),
): Matrix {
  const { cols, data } = matrix;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    room.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  }
  return { rows: rows.length, cols, data: room.subarray(0, rows.length * cols) };
}

/** The rows of all parts, one behind the other; that of a single part is the part itself. @param parts at least one, of equally many columns */
export function joinedRows(parts: readonly Matrix[]): Matrix {
  const [first] = parts;
  if (first === undefined) throw new RangeError("there are no rows to join");
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const whole = zeros(rows, first.cols);
  let at = 0;
  for (const { data } of parts) {
    whole.data.set(data, at);
    at += data.length;
  }
  return whole;
}

/** A matrix of zeros: float32 [rows, cols]. */
export const zeros = (rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: new Float32Array(rows * cols),
});

/** The rows of `matrix` at unit length (a zero row stays zero): float32 [rows, cols]. */
export function unitRows(matrix: Matrix): Matrix {
  const { rows, cols, data } = matrix;
  const unit = zeros(rows, cols);
  for (let row = 0; row < rows; row++) toUnitLength(unit.data, row * cols, data, row * cols, cols);
  return unit;
}
