// The sums of an analytic readout: every backend against the reference, to the bit where numbers are whole.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Backend,
  HELD_SAMPLES,
  type HeldSamples,
  type Strided,
  type SumsKernel,
} from "../../../src/backend/backend.ts";
import { ReferenceBackend } from "../../../src/backend/reference/reference-backend.ts";
import { selectBackend } from "../../../src/backend/select.ts";
import { factorize, quadratics, solutions } from "../../../src/brain/analytic/factor.ts";
import { fitNearby, fitRidge } from "../../../src/brain/analytic/ridge.ts";
import { Random } from "../../../src/brain/random.ts";
import { type Matrix, rowsOf, unitRows } from "../../../src/tensor/matrix.ts";
import { atOnce } from "../../../src/tensor/pace.ts";
import { distance, gaussianMatrix } from "../brain/support.ts";

const reference = new ReferenceBackend();
const wasm = await selectBackend("wasm", { threads: 1 });

const shapes = fc.record({
  inputDim: fc.integer({ min: 1, max: 30 }),
  expansion: fc.integer({ min: 0, max: 21 }),
  rows: fc.integer({ min: 1, max: 150 }),
  seed: fc.nat(),
});
type Shape = { readonly inputDim: number; readonly expansion: number; readonly rows: number; readonly seed: number };

function kernelOn(backend: Backend, { inputDim, expansion, seed }: Shape): Promise<SumsKernel> {
  const random = Random.seeded(seed);
  const signs = Int8Array.from({ length: expansion * inputDim }, () => (random.uniform() < 0.5 ? -1 : 1));
  const width = inputDim + expansion + 1;
  return backend.createSums({ inputDim, expansion }, signs, new Float64Array((width * (width + 1)) / 2));
}

const keysOf = ({ rows, inputDim, seed }: Shape) => unitRows(gaussianMatrix(Random.seeded(seed + 1), rows, inputDim));

function hold(kernel: SumsKernel, keys: Matrix): HeldSamples {
  kernel.keyRoom.set(keys.data);
  return kernel.hold(keys.rows);
}

/** Each row's own numbers. */
const numbersOf = ({ data, stride }: Strided<ArrayLike<number>>, rows: number, columns: number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => data[Math.floor(i / columns) * stride + (i % columns)]!);

/** What is below the diagonal. */
const lower = (products: Strided<Int32Array>, rows: number): number[][] =>
  Array.from({ length: rows }, (_, row) => numbersOf(products, rows, rows).slice(row * rows, row * rows + row));

/** `G` as a full matrix. */
const full = (sums: Float64Array, n: number, ridge = 0): number[][] =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      const [row, column] = i > j ? [i, j] : [j, i];
      return sums[(row * (row + 1)) / 2 + column]! + (i === j ? ridge : 0);
    }),
  );

/** Gauss and Jordan, with pivots. */
function inverse(matrix: number[][]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(
      i,
      0,
      pivot.map((value) => value / pivot[i]!),
    );
    for (const [k, row] of rows.entries()) {
      const factor = row[i]!;
      if (k !== i) for (let j = 0; j < 2 * n; j++) row[j]! -= factor * rows[i]![j]!;
    }
  }
  return rows.map((row) => row.slice(n));
}

describe("sums of a readout", () => {
  test("are the same to the bit in WebAssembly and in plain TypeScript, whatever the calls", () =>
    fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 80 }), async (shape, call) => {
        const [plain, simd] = [await kernelOn(reference, shape), await kernelOn(wasm, shape)];
        const keys = keysOf(shape);
        assert.deepEqual(simd.features(keys), plain.features(keys));
        plain.add(plain.features(keys), 1);
        for (let from = 0; from < keys.rows; from += call) {
          simd.add(simd.features(rowsOf(keys, from, Math.min(from + call, keys.rows))), 1);
        }
        assert.deepEqual(simd.sums().slice(), plain.sums());
      }),
      { numRuns: 60 },
    ));

  test("go to the factor alone when they are asked to, also while others wait", () =>
    fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const [plain, simd] = [await kernelOn(reference, shape), await kernelOn(wasm, shape)];
        const [own, others] = [keysOf(shape), keysOf({ ...shape, seed: shape.seed + 9 })];
        for (const kernel of [plain, simd]) {
          kernel.add(kernel.features(own), -1);
          kernel.factor.fill(0);
          kernel.addToFactor(kernel.features(others));
          kernel.add(kernel.features(own), -1);
        }
        assert.deepEqual(simd.factor.slice(), plain.factor);
        assert.deepEqual(simd.sums().slice(), plain.sums());
        const alone = await kernelOn(reference, shape);
        alone.add(alone.features(others), 1);
        assert.deepEqual(plain.factor, alone.sums());
      }),
      { numRuns: 40 },
    ));

  test("score samples and tell how alike they are, a sample the same whatever is beside it", () =>
    fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 0, max: 140 }), async (shape, columns) => {
        const [plain, simd] = [await kernelOn(reference, shape), await kernelOn(wasm, shape)];
        const { width } = simd;
        const rows = Math.min(shape.rows, HELD_SAMPLES);
        const keys = keysOf({ ...shape, rows });
        const last = rows - 1;
        const [held, expected] = [hold(simd, keys), hold(plain, keys)];
        assert.deepEqual(lower(held.products(), rows), lower(expected.products(), rows));
        const weights = gaussianMatrix(Random.seeded(shape.seed), columns, width).data;
        const all = { weights, chosen: Array.from({ length: columns }, (_, column) => column) };
        const scores = numbersOf(held.scores(all, 0, rows), rows, columns);
        assert.ok(distance(scores, numbersOf(expected.scores(all, 0, rows), rows, columns)) < 1e-5);
        const some = { weights, chosen: all.chosen.filter((column) => column % 3 === 1).reverse() };
        const ofSome = some.chosen.map((column) => scores[last * columns + column]!);
        assert.deepEqual(numbersOf(held.scores(some, last, rows), 1, some.chosen.length), ofSome);
        const ofLast = scores.slice(last * columns);
        assert.deepEqual(numbersOf(held.scores(all, last, rows), 1, columns), ofLast);
        const alone = hold(simd, rowsOf(keys, last, rows));
        assert.deepEqual(numbersOf(alone.scores(all, 0, 1), 1, columns), ofLast);
      }),
      { numRuns: 60 },
    ));

  test("are not held of more samples than there is room for", () =>
    fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        for (const backend of [reference, wasm]) {
          const kernel = await kernelOn(backend, shape);
          assert.throws(() => kernel.hold(HELD_SAMPLES + 1), RangeError);
        }
      }),
      { numRuns: 60 },
    ));

  test("are what they were once samples were taken away again, in any order", () =>
    fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const kernel = await kernelOn(wasm, shape);
        const features = kernel.features(keysOf(shape));
        const { width } = kernel;
        const row = (i: number) => features.subarray(i * width, (i + 1) * width);
        kernel.add(row(0), 1);
        const before = kernel.sums().slice();
        for (let i = 1; i < shape.rows; i++) kernel.add(row(i), 1);
        for (let i = shape.rows - 1; i > 0; i--) kernel.add(row(i), -1);
        assert.deepEqual(kernel.sums().slice(), before);
        kernel.clear();
        assert.ok(kernel.sums().every((sum) => sum === 0));
      }),
      { numRuns: 30 },
    ));
});

for (const backend of [reference, wasm]) {
  test(`a factor solves what it was made of (${backend.name})`, () =>
    fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 20 }), async (shape, count) => {
        const kernel = await kernelOn(backend, shape);
        const { width } = kernel;
        const features = kernel.features(keysOf(shape));
        kernel.add(features, 1);
        const ridge = 2 ** 20;
        const inverted = inverse(full(kernel.sums(), width, ridge));
        atOnce(factorize(kernel, ridge));
        const side = (i: number) => Float64Array.from({ length: width }, (_, j) => ((i + 2) * j + 1) % 7);
        const sides = [features.subarray(0, width), ...Array.from({ length: count }, (_, i) => side(i))];
        const values = atOnce(quadratics(kernel, sides));
        for (const [i, solution] of atOnce(solutions(kernel, sides)).entries()) {
          const own = sides[i]!;
          const wanted = inverted.map((row) => row.reduce((sum, value, j) => sum + value * own[j]!, 0));
          assert.ok(distance(solution, wanted) < 1e-9);
          const value = wanted.reduce((sum, x, j) => sum + x * own[j]!, 0);
          assert.ok(Math.abs(values[i]! - value) <= 1e-9 * value);
        }
      }),
      { numRuns: 25 },
    ));

  test(`a ridge regression leaves the residuals, the influences and the error that its formulas say (${backend.name})`, async () => {
    const shape = { inputDim: 6, expansion: 5, rows: 40, seed: 3 };
    const kernel = await kernelOn(backend, shape);
    const { width } = kernel;
    const features = kernel.features(keysOf(shape));
    kernel.add(features, 1);
    const rows = Array.from({ length: shape.rows }, (_, i) => features.subarray(i * width, (i + 1) * width));
    const classOf = (i: number): number => (features[i * width]! > 0 ? 1 : 0);
    const columns = [0, 1].map((column) => {
      const own = rows.filter((_, i) => classOf(i) === column);
      return Float64Array.from({ length: width }, (_, j) => own.reduce((sum, row) => sum + row[j]!, 0));
    });
    const problem = { kernel, samples: shape.rows, columns, probes: [...rows] };
    const fit = atOnce(fitRidge(problem, 1, true));
    const ridge = Math.sqrt(10) * 2 ** 24;
    const inverted = inverse(full(kernel.sums(), width, ridge));
    const weights = columns.map((column) => inverted.map((row) => row.reduce((sum, v, j) => sum + v * column[j]!, 0)));
    for (const [i, own] of fit.weights.entries()) assert.ok(distance(own, weights[i]!) < 1e-9);
    const score = (row: Int16Array, column: number): number =>
      row.reduce((sum, v, j) => sum + v * weights[column]![j]!, 0);
    const leverage = (row: Int16Array): number =>
      inverted.reduce((sum, inner, i) => sum + row[i]! * inner.reduce((s, v, j) => s + v * row[j]!, 0), 0);
    for (const [i, influence] of atOnce(fitNearby(problem, 1, 0)).influences.entries()) {
      const expected = inverted.map((inner) => inner.reduce((sum, v, j) => sum + v * rows[i]![j]!, 0));
      assert.ok(distance(influence, expected) < 1e-9);
    }
    const residual = rows.reduce(
      (sum, row, i) => sum + [0, 1].reduce((s, c) => s + ((classOf(i) === c ? 1 : 0) - score(row, c)) ** 2, 0),
      0,
    );
    const free = shape.rows - rows.reduce((sum, row) => sum + leverage(row), 0);
    const error = (shape.rows * residual) / free ** 2;
    // The trace in it is an estimate, of 32 sign vectors.
    assert.ok(Math.abs(fit.error! - error) < 0.05 * error, `${fit.error} and not ${error}`);
    const best = atOnce(fitNearby(problem, 8, 20));
    const all = Array.from({ length: 15 }, (_, i) => atOnce(fitRidge(problem, i - 6, true)).error!);
    assert.equal(best.error, Math.min(...all));
    const tried = atOnce(fitNearby(problem, 8, 1));
    assert.ok(tried.exponent === 7 || tried.exponent === 8);
  });
}
