// Inputs as pictures.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cssOf, GREYS, rampThrough, rgbOf } from "../../../../src/dashboard/ui/color.ts";
import { columnsOf } from "../../../../src/dashboard/ui/columns.ts";
import { LAYOUTS, pictureOf, placeOf, rangeOf, shadesOf, signedRangeOf } from "../../../../src/dashboard/ui/picture.ts";

test("squares are grey pictures, three squares are pictures in colour, and other lengths or tiny squares are none", () => {
  assert.deepEqual(pictureOf(784), { width: 28, height: 28, channels: 1, layout: "planes" });
  assert.deepEqual(pictureOf(3072, "interleaved"), { width: 32, height: 32, channels: 3, layout: "interleaved" });
  for (const length of [0, 1, 4, 9, 49, 50, 512, 785]) assert.equal(pictureOf(length), null, `${length}`);
});

test("every number of a picture has a place of its own", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1 as const, 3 as const),
      fc.constantFrom(...LAYOUTS),
      (width, height, channels, layout) => {
        const places = new Set<number>();
        for (let channel = 0; channel < channels; channel++) {
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) places.add(placeOf({ width, height, channels, layout }, channel, y, x));
          }
        }
        const length = width * height * channels;
        assert.equal(places.size, length);
        assert.equal(Math.max(...places), length - 1);
      },
    ),
  );
});

test("a range always holds 0 and is never without extent; a signed one has 0 in its middle", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (values) => {
      const { from, to } = rangeOf(values);
      assert.ok(from <= 0 && to >= 0 && from < to);
      assert.ok(values.every((value) => value >= from && value <= to));
      const signed = signedRangeOf(values);
      assert.equal(signed.from, -signed.to);
      assert.ok(signed.from <= from);
    }),
  );
});

test("grey pictures are shown by the ramp, colours by themselves, and what lies outside the scale by its ends", () => {
  const scale = { from: 0, to: 1 };
  const grey = shadesOf([0, 1, -3, 0.5], { width: 2, height: 2, channels: 1, layout: "planes" }, scale, GREYS);
  assert.deepEqual([...grey], [0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255, 128, 128, 128, 255]);
  const color = shadesOf([1, 0, 0.2], { width: 1, height: 1, channels: 3, layout: "planes" }, scale, GREYS);
  assert.deepEqual([...color], [255, 0, 51, 255]);
});

test("a ramp goes through its stops, and its ends stand for all beyond", () => {
  const ramp = rampThrough([rgbOf("#000000"), rgbOf("#102030"), rgbOf("#ffffff")]);
  assert.deepEqual(ramp(0.5), [16, 32, 48]);
  assert.deepEqual(ramp(0.25), [8, 16, 24]);
  assert.deepEqual([ramp(-1), ramp(Number.NaN), ramp(7)], [ramp(0), ramp(0), ramp(1)]);
  assert.equal(cssOf(ramp(1)), "rgb(255 255 255)");
});

test("columns hold every number between their least and their largest, in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      (values, most) => {
        const columns = columnsOf(values, most);
        assert.equal(columns.length, Math.min(values.length, most));
        assert.equal(Math.min(...columns.map(({ least }) => least)), Math.min(...values));
        assert.equal(Math.max(...columns.map((column) => column.most)), Math.max(...values));
        assert.ok(columns.every(({ least, most: largest }) => least <= largest));
      },
    ),
  );
});
