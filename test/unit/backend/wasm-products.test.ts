// The dense product in WebAssembly: its order of sums is written down here once more, in plain JavaScript, and must give the same bits.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { floats, KernelModule } from "../../../src/backend/cpu/kernels.ts";
import { WasmProducts } from "../../../src/backend/cpu/wasm-products.ts";
import { Random } from "../../../src/brain/random.ts";

const module = new KernelModule();
const products = new WasmProducts(module);
const { fround } = Math;

/** Four lanes over the columns, `(0 + 1) + (2 + 3)`, then the columns that fill no vector; every step rounded to float32. */
function dot(x: Float32Array, w: Float32Array): number {
  const whole = x.length & ~3;
  const lanes = [0, 0, 0, 0];
  for (let i = 0; i < whole; i++) lanes[i % 4] = fround(lanes[i % 4]! + fround(x[i]! * w[i]!));
  let sum = fround(fround(lanes[0]! + lanes[1]!) + fround(lanes[2]! + lanes[3]!));
  for (let i = whole; i < x.length; i++) sum = fround(sum + fround(x[i]! * w[i]!));
  return sum;
}

const rowsOf = (data: Float32Array, cols: number) =>
  Array.from({ length: data.length / cols }, (_, row) => data.subarray(row * cols, (row + 1) * cols));

test("every element has the bits that its order of sums gives, in any batch", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 45 }),
      fc.integer({ min: 1, max: 19 }),
      fc.nat(),
      async (batch, dim, n, seed) => {
        const { x, weights, y } = module.layOut({
          x: floats(batch * dim),
          weights: floats(n * dim),
          y: floats(batch * n + 1),
        }).arrays;
        const random = Random.seeded(seed);
        x.view.set(random.gaussians(batch * dim));
        weights.view.set(random.gaussians(n * dim));
        y.view.fill(9);
        await products.product(
          { rows: batch, cols: dim, data: x.view },
          { rows: n, cols: dim, data: weights.view },
          y.view,
        );
        const expected = rowsOf(x.view, dim).flatMap((row) => rowsOf(weights.view, dim).map((w) => dot(row, w)));
        assert.deepEqual([...y.view], [...expected, 9]);
      },
    ),
    { numRuns: 300 },
  ));

test("arrays that lie in different memories are refused", async () => {
  const lone = { rows: 1, cols: 4, data: new Float32Array(4) };
  const { weights } = module.layOut({ weights: floats(4) }).arrays;
  await assert.rejects(products.product(lone, { rows: 1, cols: 4, data: weights.view }, new Float32Array(2)));
});
