// Transforms of samples: the seed's figures, and laws.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../../../../src/brain/random.ts";
import type { Transform } from "../../../../src/curricula/api.ts";
import { blur } from "../../../../src/curricula/transforms/blur.ts";
import type { ImageShape } from "../../../../src/curricula/transforms/image-shape.ts";
import { invert } from "../../../../src/curricula/transforms/invert.ts";
import { noise } from "../../../../src/curricula/transforms/noise.ts";
import { rotate } from "../../../../src/curricula/transforms/rotate.ts";
import { misfitOf, transformed } from "../../../../src/curricula/transforms/transform.ts";

type Planes = readonly (readonly (readonly number[])[])[];

/** Computed with the seed's PyTorch implementation: [batch][channel][height][width]. */
const golden: { readonly [name: string]: readonly Planes[] } = JSON.parse(
  readFileSync(new URL("../../../fixtures/golden/transforms.json", import.meta.url), "utf8"),
);

/** @returns float32 [height, width, channels] */
function pixelsOf(planes: Planes): { readonly x: Float32Array; readonly shape: ImageShape } {
  const shape = { channels: planes.length, height: planes[0]!.length, width: planes[0]![0]!.length };
  const x = new Float32Array(shape.channels * shape.height * shape.width);
  planes.forEach((plane, c) => {
    plane.forEach((line, row) => {
      line.forEach((value, column) => {
        x[(row * shape.width + column) * shape.channels + c] = value;
      });
    });
  });
  return { x, shape };
}

const farthest = (a: Float32Array, b: Float32Array) => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);

test("inversion and blur are the seed's", () => {
  const images = golden.image!;
  assert.ok(images.length > 1);
  for (const [i, planes] of images.entries()) {
    const { x, shape } = pixelsOf(planes);
    const expected = (name: string) => pixelsOf(golden[name]![i]!).x;
    assert.ok(farthest(invert(x, "unit"), expected("invert_unit")) < 1e-6);
    assert.ok(farthest(invert(x, "signed"), expected("invert_normalised")) < 1e-6);
    assert.ok(farthest(blur(x, shape, 5), expected("blur5")) < 1e-6);
  }
});

const picture = fc
  .record({
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain((shape) =>
    fc
      .integer({ min: 0, max: 2 ** 32 - 1 })
      .map((seed) => ({ shape, x: Random.seeded(seed).gaussians(shape.height * shape.width * shape.channels) })),
  );
const square = picture.map(({ x, shape }) => {
  const side = Math.min(shape.height, shape.width);
  return { shape: { ...shape, height: side, width: side }, x: x.slice(0, side * side * shape.channels) };
});

test("a quarter turn goes counter-clockwise and moves the pixels of a square as they are", () => {
  const turned = rotate(Float32Array.of(1, 2, 3, 4), { height: 2, width: 2, channels: 1 }, 90);
  assert.deepEqual([...turned], [2, 4, 1, 3]);
  fc.assert(
    fc.property(square, ({ x, shape }) => {
      const quarters = [90, 90, 90, 90].reduce<Float32Array>((current, degrees) => rotate(current, shape, degrees), x);
      assert.deepEqual(quarters, x);
      assert.deepEqual(rotate(x, shape, -90), rotate(x, shape, 270));
      assert.deepEqual(rotate(x, shape, 450), rotate(x, shape, 90));
    }),
  );
});

test("half turns and none are exact for every picture", () => {
  fc.assert(
    fc.property(picture, ({ x, shape }) => {
      assert.deepEqual(rotate(x, shape, 0), x);
      assert.deepEqual(rotate(rotate(x, shape, 180), shape, 180), x);
    }),
  );
});

test("a turned picture is a mixture of its pixels: the middle stays, corners get what lies outside, which is 0", () => {
  const shape = { height: 5, width: 5, channels: 1 };
  const turned = rotate(new Float32Array(25).fill(1), shape, 45);
  assert.ok(Math.abs(turned[12]! - 1) < 1e-6);
  for (const corner of [0, 4, 20, 24]) assert.ok(turned[corner]! < 0.25);
  fc.assert(
    fc.property(picture, fc.double({ min: -720, max: 720, noNaN: true }), ({ x, shape: of }, degrees) => {
      const most = x.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      assert.ok(rotate(x, of, degrees).every((value) => Math.abs(value) <= most + 1e-5));
    }),
  );
});

test("a blur is the mean of the square around each pixel, whatever the order of the axes", () => {
  fc.assert(
    fc.property(picture, fc.constantFrom(1, 3, 5, 9), ({ x, shape }, size) => {
      const { height, width, channels } = shape;
      const reach = (size - 1) / 2;
      const plain = Float32Array.from(x, (_, i) => {
        const [row, column, c] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels];
        let sum = 0;
        for (let y = row - reach; y <= row + reach; y++)
          for (let across = column - reach; across <= column + reach; across++)
            if (y >= 0 && y < height && across >= 0 && across < width) sum += x[(y * width + across) * channels + c]!;
        return sum / size ** 2;
      });
      assert.ok(farthest(blur(x, shape, size), plain) < 1e-6);
    }),
  );
});

test("a sample's noise is its own, is another one in each epoch, and has the deviation asked for", () => {
  const x = new Float32Array(20_001);
  const key = { seed: 1, epoch: 1, row: 5 };
  const drawn = noise(x, 0.5, key, 0);
  assert.deepEqual(noise(x, 0.5, key, 0), drawn);
  const others = [{ seed: 2 }, { epoch: 2 }, { row: 6 }].map((other) => noise(x, 0.5, { ...key, ...other }, 0));
  for (const other of [...others, noise(x, 0.5, key, 1)]) {
    const together = drawn.reduce((sum, value, i) => sum + value * other[i]!, 0) / x.length;
    assert.ok(Math.abs(together) < 0.01, "noises hang together");
  }
  const square = drawn.reduce((sum, value) => sum + value * value, 0) / x.length;
  assert.ok(Math.abs(square - 0.25) < 0.01);
});

const KEY = { seed: 0, epoch: 1, row: 0 };
const apply = (x: readonly number[], shape: ImageShape | null, ...transforms: readonly Transform[]) => [
  ...transformed(Float32Array.from(x), shape, transforms, KEY),
];

test("transforms follow one another; pixels stay within 0 to 1 when they get brighter, and plain features go where they go", () => {
  const pixels = { height: 1, width: 2, channels: 1 };
  assert.deepEqual(apply([0.25, 0.75], pixels, { type: "brightness", factor: 2 }), [0.5, 1]);
  assert.deepEqual(apply([0.25, 0.75], null, { type: "brightness", factor: 2 }), [0.5, 1.5]);
  assert.deepEqual(apply([0.25, 0.75], pixels, { type: "brightness", factor: 2 }, { type: "invert" }), [0.5, 0]);
  assert.deepEqual(apply([0.25, 0.75], pixels, { type: "invert" }, { type: "brightness", factor: 2 }), [1, 0.5]);
  assert.deepEqual(apply([0.25, -0.75], null, { type: "invert" }), [-0.25, 0.75]);
  assert.deepEqual(apply([0.25, 0.75], null, { type: "invert", range: "unit" }), [0.75, 0.25]);
  assert.deepEqual(apply([0.25, 0.75], pixels), [0.25, 0.75]);
});

test("what does not fit samples of a kind is said", () => {
  const noisy = { type: "noise", deviation: 0.1 } as const;
  assert.match(misfitOf(noisy, "texts", false)!, /texts take no transform/);
  assert.match(misfitOf({ type: "blur" }, "features", false)!, /no shape \[height, width, channels\]/);
  assert.match(misfitOf({ type: "rotate", degrees: 5 }, "features", false)!, /no shape/);
  assert.match(misfitOf({ type: "blur", size: 4 }, "images", true)!, /not odd/);
  assert.match(misfitOf({ type: "invert", range: "signed" }, "images", true)!, /black/);
  for (const fine of [noisy, { type: "invert" }, { type: "brightness", factor: 2 }] as const)
    assert.equal(misfitOf(fine, "features", false), null);
  for (const fine of [
    { type: "blur", size: 3 },
    { type: "rotate", degrees: 5 },
  ] as const)
    assert.equal(misfitOf(fine, "features", true), null);
});
