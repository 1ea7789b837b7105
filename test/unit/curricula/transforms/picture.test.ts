// Pictures for an encoder: what comes out as a file is what the transforms made of the pixels.

import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { Random } from "../../../../src/brain/random.ts";
import { invert } from "../../../../src/curricula/transforms/invert.ts";
import { MAX_SIDE, pngOf, transformedFile, transformedPixels } from "../../../../src/curricula/transforms/picture.ts";
import { rotate } from "../../../../src/curricula/transforms/rotate.ts";
import { UnreadableInput } from "../../../../src/encoders/encoder.ts";
import { decodeImage, decodePicture } from "../../../../src/encoders/image/decode.ts";

const random = Random.seeded(3);
const bytesOf = (length: number) => Uint8Array.from({ length }, () => random.below(256));
const negative = (x: Float32Array) => invert(x, "unit");

for (const channels of [1, 3]) {
  test(`pixels of ${channels} channels come back from their PNG as they were, and inverted ones exactly so`, async () => {
    const shape = { height: 5, width: 7, channels };
    const bytes = bytesOf(35 * channels);
    const input = { width: 7, height: 5, mean: [0], std: [1] };
    const asRead = { ...input, fit: "fill", layout: "nhwc", colour: channels === 1 ? "grey" : "rgb" } as const;
    const decoded = async (file: Uint8Array) => [...(await decodeImage(file, asRead))];
    assert.deepEqual(await decoded(await pngOf(bytes, shape)), [...bytes]);
    const inverted = await transformedPixels(bytes, shape, negative);
    assert.deepEqual(
      await decoded(inverted),
      [...bytes].map((byte) => 255 - byte),
    );
  });
}

test("numbers outside 0 to 1 become black or white, others the nearest byte", async () => {
  const shape = { height: 1, width: 4, channels: 3 };
  const file = await transformedPixels(new Uint8Array(12), shape, (x) =>
    x.map((_, i) => [-0.2, 0.5, 1.7, 0.0019][i % 4]!),
  );
  const { pixels } = await decodePicture(file, MAX_SIDE);
  assert.deepEqual([...pixels], [0, 128, 255, 0, 0, 128, 255, 0, 0, 128, 255, 0]);
});

test("a file is decoded upright and transformed in its own size; a large one is made smaller first", async () => {
  const raw = { width: 4, height: 2, channels: 3 } as const;
  const bytes = bytesOf(24);
  const file = await sharp(bytes, { raw }).png().toBuffer();
  const turned = await transformedFile(file, (pixels, shape) => rotate(pixels, shape, 180));
  const { pixels, ...shape } = await decodePicture(turned, MAX_SIDE);
  assert.deepEqual(shape, { height: 2, width: 4, channels: 3 });
  const expected = Array.from({ length: 8 }, (_, i) => [...bytes.subarray(21 - 3 * i, 24 - 3 * i)]).flat();
  assert.deepEqual([...pixels], expected);

  const wide = await sharp({ create: { width: 2 * MAX_SIDE, height: 10, channels: 3, background: "#fff" } })
    .jpeg()
    .toBuffer();
  const black = await decodePicture(await transformedFile(wide, negative), MAX_SIDE);
  assert.deepEqual([black.width, black.height, Math.max(...black.pixels)], [MAX_SIDE, 5, 0]);
});

test("a file that is no picture is refused", async () => {
  await assert.rejects(transformedFile(bytesOf(50), negative), UnreadableInput);
});
