import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orthogonal } from "../../../src/brain/orthogonal.ts";
import { Random } from "../../../src/brain/random.ts";

/** The largest entry of `|MᵀM − 1|` (columns) or `|MMᵀ − 1|` (rows). */
function departure(matrix: Float32Array, rows: number, cols: number): number {
  const tall = rows >= cols;
  const [count, length] = tall ? [cols, rows] : [rows, cols];
  const at = (vector: number, i: number) => (tall ? matrix[i * cols + vector]! : matrix[vector * cols + i]!);
  let worst = 0;
  for (let a = 0; a < count; a++) {
    for (let b = a; b < count; b++) {
      let sum = a === b ? -1 : 0;
      for (let i = 0; i < length; i++) sum += at(a, i) * at(b, i);
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  return worst;
}

test("columns are orthonormal when there are more rows, rows otherwise, for every shape", () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), fc.nat(), (rows, cols, seed) => {
      assert.ok(departure(orthogonal(rows, cols, Random.seeded(seed)), rows, cols) < 1e-5);
    }),
  ));

test("entries are spread as on a sphere: mean 0, variance 1/n, kurtosis near 3, no direction preferred", () => {
  const [rows, cols] = [1024, 64];
  const matrix = orthogonal(rows, cols, Random.seeded(1));
  const moment = (power: number) => matrix.reduce((sum, value) => sum + value ** power, 0) / matrix.length;
  assert.ok(Math.abs(moment(1)) < 5e-4);
  assert.ok(Math.abs(moment(2) * rows - 1) < 1e-3);
  assert.ok(Math.abs(moment(4) * rows ** 2 - 3) < 0.2);
  // The squared length of each row is cols/rows on average; the first rows, where the walk began, are no exception.
  const lengths = Array.from({ length: rows }, (_, row) =>
    matrix.subarray(row * cols, (row + 1) * cols).reduce((sum, value) => sum + value ** 2, 0),
  );
  const start = lengths.slice(0, cols).reduce((sum, length) => sum + length, 0) / cols;
  assert.ok(Math.abs(start / (cols / rows) - 1) < 0.15);
  assert.ok(Math.max(...lengths) < (3 * cols) / rows);
});
