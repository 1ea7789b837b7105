import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WinnerSelector } from "../../../src/backend/cpu/winners.ts";

/** By the definition: a stable sort, so that ties go to the lowest index. */
const sorted = (values: readonly number[], k: number): number[] =>
  values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, k)
    .map(({ index }) => index)
    .sort((a, b) => a - b);

function select(values: readonly number[], k: number) {
  const winners = new Int32Array(k + 1).fill(-1);
  const activations = new Float32Array(k + 1);
  const selector = new WinnerSelector(values.length + 2);
  selector.select(Float32Array.from([9, ...values]), 1, values.length, k, winners, activations, 1);
  return { winners: [...winners.slice(1)], activations: [...activations.slice(1)] };
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

test("zero and minus zero tie", () => {
  assert.deepEqual(select([-0, 0, -0, 0], 2).winners, [0, 1]);
});

test("there are k winners even where a value is not a number", () => {
  for (let k = 1; k <= 4; k++) assert.equal(new Set(select([Number.NaN, 1, Number.NaN, -1], k).winners).size, k);
});
