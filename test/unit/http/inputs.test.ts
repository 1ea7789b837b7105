// From JSON rows to a float32 matrix.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EngramError } from "../../../src/errors.ts";
import { toMatrix } from "../../../src/http/inputs.ts";

const refusesAt = (pointer: string, detail: RegExp) => (error: unknown) =>
  error instanceof EngramError &&
  error.code === "validation" &&
  error.fields[0]?.pointer === pointer &&
  detail.test(error.message);

test("rows become float32, row by row", () => {
  const { rows, cols, data } = toMatrix([
    [1, 2, 3],
    [4, 5, 0.1],
  ]);
  assert.deepEqual([rows, cols], [2, 3]);
  assert.deepEqual([...data], [1, 2, 3, 4, 5, Math.fround(0.1)]);
});

test("whatever rectangular rows go in, their float32 values come out", () => {
  const rectangle = fc.integer({ min: 1, max: 6 }).chain((cols) =>
    fc.array(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: cols, maxLength: cols }), {
      minLength: 1,
      maxLength: 6,
    }),
  );
  fc.assert(fc.property(rectangle, (rows) => assert.deepEqual([...toMatrix(rows).data], rows.flat())));
});

test("a row of another length is pointed at", () => {
  assert.throws(() => toMatrix([[1, 2], [1, 2], [1]]), refusesAt("#/inputs/2", /has 1 number, the first row has 2/));
});

test("a number that float32 cannot hold is pointed at, its largest is taken", () => {
  assert.throws(
    () =>
      toMatrix([
        [0, 0],
        [0, -1e39],
      ]),
    refusesAt("#/inputs/1/1", /-1e\+39, beyond float32/),
  );
  assert.equal(toMatrix([[3.4028234663852886e38]]).data[0], 3.4028234663852886e38);
});

test("a number too small for float32 becomes zero", () => {
  assert.equal(toMatrix([[1e-300]]).data[0], 0);
});
