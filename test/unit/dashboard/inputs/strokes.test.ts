// Drawing on numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withLine } from "../../../../src/dashboard/inputs/strokes.ts";

const SIDE = 10;
const blank = new Array<number>(SIDE ** 2).fill(0);
const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: SIDE ** 2, maxLength: SIDE ** 2 });
const point = fc.record({
  x: fc.double({ min: -5, max: 15, noNaN: true }),
  y: fc.double({ min: -5, max: 15, noNaN: true }),
});
const radius = fc.double({ min: 0.1, max: 5, noNaN: true });

test("a stroke never makes ink less, nor more than the brush has", () => {
  fc.assert(
    fc.property(values, point, point, radius, (before, from, to, size) => {
      const after = withLine({ values: before, side: SIDE }, from, to, { radius: size, ink: 1 });
      assert.ok(after.every((value, index) => value >= before[index]! && value <= 1));
    }),
  );
});

test("a stroke there is the stroke back, and drawn twice it is the same", () => {
  fc.assert(
    fc.property(point, point, radius, (from, to, size) => {
      const brush = { radius: size, ink: 1 };
      const there = withLine({ values: blank, side: SIDE }, from, to, brush);
      const back = withLine({ values: blank, side: SIDE }, to, from, brush);
      assert.ok(there.every((value, index) => Math.abs(value - back[index]!) < 1e-9));
      assert.deepEqual(withLine({ values: there, side: SIDE }, from, to, brush), there);
    }),
  );
});

test("a line inks the pixels that it passes, and those far from it not", () => {
  const drawn = withLine(
    { values: blank, side: SIDE },
    { x: 1.5, y: 4.5 },
    { x: 8.5, y: 4.5 },
    { radius: 0.5, ink: 0.7 },
  );
  const row = (y: number) => drawn.slice(y * SIDE, (y + 1) * SIDE);
  assert.deepEqual(row(4), [0, ...new Array<number>(8).fill(0.7), 0]);
  assert.deepEqual(row(7), new Array<number>(SIDE).fill(0));
});
