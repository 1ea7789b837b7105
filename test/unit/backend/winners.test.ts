import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { floats as f32, integers, KernelModule } from "../../../src/backend/cpu/kernels.ts";

/** By the definition: a stable sort, so that ties go to the lowest index. */
const sorted = (values: readonly number[], k: number): number[] =>
  values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, k)
    .map(({ index }) => index)
    .sort((a, b) => a - b);

const module = new KernelModule();

function select(values: readonly number[], k: number) {
  const n = values.length;
  const sizes = { values: f32(n + 1), winners: integers(k + 1), activations: f32(k + 1), keys: integers(2 * (n + 3)) };
  const { kernels, arrays } = module.layOut(sizes);
  arrays.values.view.set([9, ...values]); // rows need not begin on a vector's border
  arrays.winners.view.fill(-1);
  kernels.topK(arrays.values.at + 4, n, k, 1, arrays.winners.at, arrays.activations.at, arrays.keys.at);
  assert.equal(arrays.winners.view[k], -1, "one too many");
  return { winners: [...arrays.winners.view.subarray(0, k)], activations: [...arrays.activations.view.subarray(0, k)] };
}

const floats = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1, -1), fc.integer({ min: -2, max: 2 }));

test("the k largest win, ties to the lowest index, in ascending order", () =>
  fc.assert(
    fc.property(fc.array(floats, { minLength: 1, maxLength: 200 }), fc.nat(), (numbers, pick) => {
      const values = [...Float32Array.from(numbers)];
      const k = 1 + (pick % values.length);
      const { winners, activations } = select(values, k);
      assert.deepEqual(winners, sorted(values, k));
      assert.deepEqual(
        activations,
        winners.map((winner) => values[winner]),
      );
    }),
    { numRuns: 1000 },
  ));

test("of many values, too, where most are left behind early", () => {
  const values = Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i * 12.9898) * (i % 7)));
  for (const k of [1, 2, 127, 128, 1250, 4999, 5000]) assert.deepEqual(select(values, k).winners, sorted(values, k));
});

test("zero and minus zero tie", () => {
  assert.deepEqual(select([-0, 0, -0, 0], 2).winners, [0, 1]);
});

test("there are k winners even where a value is not a number", () => {
  for (let k = 1; k <= 4; k++) assert.equal(new Set(select([Number.NaN, 1, Number.NaN, -1], k).winners).size, k);
});
