// Numbers that somebody typed or pasted.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseNumbers } from "../../../../src/dashboard/inputs/parse-numbers.ts";

const errorOf = (text: string, wanted: number): string => {
  const parsed = parseNumbers(text, wanted);
  return parsed.isRight ? "" : parsed.error;
};

test("numbers are read as JSON, nested or not, and with commas, semicolons, spaces or lines between them", () => {
  const separators = [
    JSON.stringify,
    (values: number[]) => JSON.stringify([values]),
    ...[",", "; ", " ", "\n", "\t"].map((by) => (values: number[]) => values.join(by)),
  ];
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      fc.constantFrom(...separators),
      (numbers, written) => {
        const values = numbers.map((value) => (Object.is(value, -0) ? 0 : value));
        assert.deepEqual(parseNumbers(written(values), values.length), { isRight: true, values });
      },
    ),
  );
});

test("an array that is not quite JSON is read as well", () => {
  assert.deepEqual(parseNumbers("[1., .5, 3]", 3), { isRight: true, values: [1, 0.5, 3] });
});

test("a wrong count says how many there are and how many are wanted", () => {
  assert.equal(errorOf("1, 2, 3", 784), "There are 3 numbers; the brain takes 784 numbers.");
  assert.equal(errorOf("[5]", 2), "There is 1 number; the brain takes 2 numbers.");
  assert.equal(errorOf("", 1), "There are 0 numbers; the brain takes 1 number.");
});

test("what is no number is named with its place", () => {
  assert.equal(errorOf("1, two, 3", 3), "“two”, at place 2, is no number.");
  assert.equal(errorOf("[1, null]", 2), "null, at place 2, is no number.");
  assert.equal(errorOf('["0.5"]', 1), "“0.5”, at place 1, is no number.");
  assert.equal(errorOf("1 2 Infinity", 3), "Infinity, at place 3, is no number.");
  assert.equal(errorOf("1 1e39", 2), "1e+39, at place 2, is beyond what float32 can hold.");
});
