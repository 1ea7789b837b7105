// Encoders with real models that npm packages bring: MobileNet v1 0.25 as a TensorFlow.js graph, and the Universal Sentence Encoder.

import assert from "node:assert/strict";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { type Encoder, EncoderUnavailable, ON_ONE_THREAD, UnreadableInput } from "../../../src/encoders/encoder.ts";
import { openEncoder } from "../../../src/encoders/open.ts";
import { newEncodersDir } from "../../support/encoders.ts";

let folder: string;
let images: Encoder;
let texts: Encoder;
before(async () => {
  folder = await newEncodersDir();
  [images, texts] = await Promise.all([
    openEncoder(folder, "mobilenet", ON_ONE_THREAD),
    openEncoder(folder, "sentences", ON_ONE_THREAD),
  ]);
});
after(async () => {
  images.dispose();
  texts.dispose();
  await rm(folder, { recursive: true, force: true });
});

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const picture = (colour: string, format: "png" | "jpeg" | "webp", width = 40, height = 30): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format)
    .toBuffer();
const cosine = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe("an encoder of images", () => {
  test("gives its features, the same bits each time, of PNG, JPEG and WebP alike", async () => {
    const features = await images.encode(await picture("#3a7", "png"));
    assert.equal(features.length, images.info.dimension);
    assert.deepEqual(await images.encode(await picture("#3a7", "png")), features);
    for (const format of ["jpeg", "webp"] as const) {
      assert.ok(cosine(await images.encode(await picture("#3a7", format)), features) > 0.98, format);
    }
  });

  test("refuses what it cannot read, and says why", async () => {
    const jpeg = await picture("#3a7", "jpeg", 640, 480);
    const svg = utf8(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/hosts"/></svg>',
    );
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(), /is empty/],
      [utf8("hello"), /no PNG, JPEG or WebP/],
      [svg, /no PNG, JPEG or WebP/],
      [jpeg.subarray(0, jpeg.length / 2), /cannot be decoded/],
    ];
    for (const [file, why] of cases) {
      await assert.rejects(images.encode(file), (error) => error instanceof UnreadableInput && why.test(error.message));
    }
  });
});

describe("an encoder of texts", () => {
  test("puts sentences of one meaning closer together than others, with the same bits each time", async () => {
    const [spam, scam, lunch] = await Promise.all(
      ["Win free money now", "Get cash prizes for free", "See you at lunch tomorrow"].map((text) =>
        texts.encode(utf8(text)),
      ),
    );
    assert.equal(spam!.length, 512);
    assert.ok(cosine(spam!, scam!) > cosine(spam!, lunch!) + 0.2);
    assert.deepEqual(await texts.encode(utf8("Win free money now")), spam);
  });

  test("refuses blank and endless texts", async () => {
    await assert.rejects(texts.encode(utf8(" ")), UnreadableInput);
    await assert.rejects(texts.encode(utf8("word ".repeat(2_000))), UnreadableInput);
  });
});

test("files that are not what the definition says open no encoder", async () => {
  const other = await newEncodersDir();
  await appendFile(join(other, "mobilenet", "model.json"), " ");
  await assert.rejects(
    openEncoder(other, "mobilenet", ON_ONE_THREAD),
    (error) => error instanceof EncoderUnavailable && /SHA-256/.test(error.message),
  );
  await assert.rejects(openEncoder(other, "nothing", ON_ONE_THREAD), EncoderUnavailable);
  await rm(other, { recursive: true, force: true });
});

test("a model whose thread has ended says so to everybody who asks, at once and later", async () => {
  const encoder = await openEncoder(folder, "mobilenet", ON_ONE_THREAD);
  const file = await picture("#3a7", "png");
  encoder.dispose();
  await assert.rejects(encoder.encode(file), /thread has ended/);
  await assert.rejects(encoder.encode(file), /thread has ended/);
});
