// What a brain is given of an image.

import assert from "node:assert/strict";
import { test } from "node:test";
import { middleSquare, numbersOf } from "../../../../src/dashboard/inputs/image-numbers.ts";
import type { Picture } from "../../../../src/dashboard/ui/picture.ts";

const PAIR = { width: 2, height: 1 } as const;
/** A red pixel and a white one. */
const RGBA = Uint8ClampedArray.of(255, 0, 0, 255, 255, 255, 255, 255);

const close = (actual: readonly number[], expected: readonly number[]): void => {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of actual.entries()) assert.ok(Math.abs(value - expected[index]!) < 1e-9, `${actual}`);
};

test("a grey input has the brightness of each pixel, from 0 to 1", () => {
  const grey: Picture = { ...PAIR, channels: 1, layout: "planes" };
  close(numbersOf(RGBA, grey, false), [0.299, 1]);
  close(numbersOf(RGBA, grey, true), [0.701, 0]);
});

test("colours come one after the other, or together pixel by pixel", () => {
  close(numbersOf(RGBA, { ...PAIR, channels: 3, layout: "planes" }, false), [1, 1, 0, 1, 0, 1]);
  close(numbersOf(RGBA, { ...PAIR, channels: 3, layout: "interleaved" }, false), [1, 0, 0, 1, 1, 1]);
});

test("the middle of an image is cut out of its longer side", () => {
  assert.deepEqual(middleSquare(300, 100), { x: 100, y: 0, side: 100 });
  assert.deepEqual(middleSquare(100, 150), { x: 0, y: 25, side: 100 });
});
