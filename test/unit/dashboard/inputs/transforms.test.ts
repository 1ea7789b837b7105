// What befalls inputs: the golden figures of the Plasticish Brain's own transforms (PyTorch 1.13), and laws.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import {
  blurred,
  brightened,
  inverted,
  negated,
  noisy,
  rotated,
  shifted,
} from "../../../../src/dashboard/inputs/transforms.ts";
import type { Picture } from "../../../../src/dashboard/ui/picture.ts";
import { placeOf } from "../../../../src/dashboard/ui/picture.ts";

type Golden = { readonly [name in "image" | "invert_normalised" | "invert_unit" | "blur5"]: readonly number[][][][] };

const golden: Golden = JSON.parse(
  await readFile(new URL("../../../fixtures/golden/transforms.json", import.meta.url), "utf8"),
);
const PLANES: Picture = { width: 9, height: 7, channels: 3, layout: "planes" };
const PICTURES: readonly Picture[] = [PLANES, { ...PLANES, layout: "interleaved" }];

/** A golden picture as an input has it. */
const laidOut = (channels: readonly number[][][], picture: Picture): number[] => {
  const values: number[] = [];
  for (const [channel, rows] of channels.entries()) {
    for (const [y, row] of rows.entries()) {
      for (const [x, value] of row.entries()) values[placeOf(picture, channel, y, x)] = value;
    }
  }
  return values;
};

function assertClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length);
  const apart = actual.findIndex((value, index) => Math.abs(value - expected[index]!) > tolerance);
  assert.equal(apart, -1, `${actual[apart]} instead of ${expected[apart]} at place ${apart}`);
}

for (const picture of PICTURES) {
  test(`inverting, negating and blurring give the golden figures (${picture.layout})`, () => {
    for (const [index, image] of golden.image.entries()) {
      const values = laidOut(image, picture);
      assertClose(inverted(values, 1), laidOut(golden.invert_unit[index]!, picture));
      assertClose(negated(values, 1), laidOut(golden.invert_normalised[index]!, picture));
      assertClose(blurred(values, picture, 2), laidOut(golden.blur5[index]!, picture));
    }
  });
}

const SIDE = 9;
const GREY: Picture = { width: SIDE, height: SIDE, channels: 1, layout: "planes" };
const numbers = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: SIDE ** 2, maxLength: SIDE ** 2 });
const image = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: SIDE ** 2, maxLength: SIDE ** 2 });

test("no strength changes nothing", () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (values, seed) => {
      for (const same of [
        noisy(values, 0, seed),
        inverted(values, 0),
        negated(values, 0),
        brightened(values, 0),
        blurred(values, GREY, 0),
        rotated(values, GREY, 0),
        shifted(values, GREY, 0, 0),
      ]) {
        assertClose(same, values);
      }
    }),
  );
});

test("inverting or negating twice gives back what there was, and half of the way is the same for all", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      assertClose(inverted(inverted(values, 1), 1), values);
      assertClose(negated(negated(values, 1), 1), values);
      assertClose(
        inverted(values, 0.5),
        values.map(() => 0.5),
      );
      assertClose(
        negated(values, 0.5),
        values.map(() => 0),
      );
    }),
  );
});

test("noise is the same for the same seed, grows with its strength, and differs with the seed", () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (values, seed) => {
      const [once, twice] = [noisy(values, 1, seed), noisy(values, 2, seed)];
      assert.deepEqual(noisy(values, 1, seed), once);
      assertClose(
        twice.map((value, index) => value - values[index]!),
        once.map((value, index) => 2 * (value - values[index]!)),
      );
      assert.notDeepEqual(noisy(values, 1, seed + 1), once);
    }),
  );
});

test("noise of strength 1 is about as strong as the input", () => {
  const values = Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? 3 : -3));
  const noise = noisy(values, 1, 7).map((value, index) => value - values[index]!);
  const size = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  assert.ok(Math.abs(size - 3) < 0.1, `${size}`);
});

test("four quarter turns give back what there was, and a quarter turn moves the upper left corner to the right", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      let turned: readonly number[] = values;
      for (let quarter = 0; quarter < 4; quarter++) turned = rotated(turned, GREY, 90);
      assertClose(turned, values);
      assertClose([rotated(values, GREY, 90)[SIDE - 1]!], [values[0]!]);
    }),
  );
});

test("what is shifted there and back is what it was, but for what left the picture", () => {
  fc.assert(
    fc.property(
      numbers,
      fc.integer({ min: 0, max: SIDE }),
      fc.integer({ min: 0, max: SIDE }),
      (values, right, down) => {
        const back = shifted(shifted(values, GREY, right, down), GREY, -right, -down);
        const stayed = values.map((value, index) =>
          (index % SIDE) + right < SIDE && Math.floor(index / SIDE) + down < SIDE ? value : 0,
        );
        assertClose(back, stayed);
      },
    ),
  );
});

test("a shift by half a pixel shares each pixel between two", () => {
  const values = new Array<number>(SIDE ** 2).fill(0);
  values[4 * SIDE + 4] = 1;
  const moved = shifted(values, GREY, 0.5, 0);
  assert.deepEqual([moved[4 * SIDE + 4], moved[4 * SIDE + 5]], [0.5, 0.5]);
});

test("images stay between black and white when they become brighter or darker, other numbers do not", () => {
  fc.assert(
    fc.property(image, fc.double({ min: -1, max: 1, noNaN: true }), (values, amount) => {
      assert.ok(brightened(values, amount).every((value) => value >= 0 && value <= 1));
    }),
  );
  assert.deepEqual(brightened([-1, 0.5, 2], 1), [0, 1.5, 3]);
});

test("a blur is linear", () => {
  fc.assert(
    fc.property(numbers, numbers, fc.integer({ min: 0, max: 6 }), (one, other, radius) => {
      const sum = one.map((value, index) => value + other[index]!);
      const apart = [blurred(one, GREY, radius), blurred(other, GREY, radius)] as const;
      assertClose(
        blurred(sum, GREY, radius),
        apart[0].map((value, index) => value + apart[1][index]!),
      );
    }),
  );
});
