// What becomes of a picture before a network sees it. The features of the tiny encoder are the mean red, green and blue, from 0 to 1.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { addEncoder } from "../../../src/encoders/add.ts";
import type { ImageInput } from "../../../src/encoders/definition.ts";
import { type Encoder, ON_ONE_THREAD } from "../../../src/encoders/encoder.ts";
import { decodeImage } from "../../../src/encoders/image/decode.ts";
import { openEncoder } from "../../../src/encoders/open.ts";
import { writeDefinition } from "../../support/tiny-encoder.ts";

let folder: string;
let means: Encoder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engram-images-"));
  await addEncoder(join(folder, "encoders"), await writeDefinition(join(folder, "source")));
  means = await openEncoder(join(folder, "encoders"), "means", ON_ONE_THREAD);
});
after(async () => {
  means.dispose();
  await rm(folder, { recursive: true, force: true });
});

const flat = (background: object, channels: 3 | 4 = 3, width = 8, height = 4) =>
  sharp({ create: { width, height, channels, background } });

async function nearMeans(file: Uint8Array, wanted: readonly number[], within = 0.005): Promise<void> {
  const found = await means.encode(file);
  for (const [index, value] of wanted.entries()) {
    assert.ok(Math.abs(found[index]! - value) <= within, `${found} for ${wanted}`);
  }
}

describe("a picture's features", () => {
  test("are those of its colour", async () => {
    await nearMeans(await flat({ r: 255, g: 102, b: 0 }).png().toBuffer(), [1, 0.4, 0]);
  });

  test("are those of white where it is transparent", async () => {
    await nearMeans(await flat({ r: 255, g: 0, b: 0, alpha: 0 }, 4).png().toBuffer(), [1, 1, 1]);
    await nearMeans(
      await flat({ r: 255, g: 0, b: 0, alpha: 0.5 }, 4).webp({ lossless: true }).toBuffer(),
      [1, 0.5, 0.5],
    );
  });

  test("are those of colours also where the file has grey, 16 bits a channel, a palette or printing inks", async () => {
    const orange = () => flat({ r: 255, g: 102, b: 0 });
    await nearMeans(await flat({ r: 128, g: 128, b: 128 }).toColourspace("b-w").png().toBuffer(), [0.5, 0.5, 0.5]);
    await nearMeans(await orange().toColourspace("rgb16").png().toBuffer(), [1, 0.4, 0]);
    await nearMeans(await orange().png({ palette: true }).toBuffer(), [1, 0.4, 0]);
    await nearMeans(await orange().toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(), [1, 0.4, 0], 0.15);
  });

  test("are those of the first picture of several", async () => {
    const raw = { width: 8, height: 8, channels: 3, pageHeight: 4 } as const;
    const pages = Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => (at < 8 * 4 * 3 ? 255 : 0));
    const film = await sharp(pages, { raw })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    await nearMeans(film, [1, 1, 1]);
  });
});

const WIDE: ImageInput = {
  width: 40,
  height: 20,
  fit: "fill",
  colour: "rgb",
  layout: "nhwc",
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

/** 40 × 20 pixels of which no two are alike. */
const upright = () =>
  sharp(
    Uint8Array.from({ length: 40 * 20 * 3 }, (_, at) => [at % 240, (at * 7) % 256, at >> 4][at % 3]!),
    { raw: { width: 40, height: 20, channels: 3 } },
  );

test("a picture that lies on its side, and says so in its EXIF, is the one that stands upright", async () => {
  const standing = await decodeImage(await upright().png().toBuffer(), WIDE);
  // What turns it back: a mirror left to right where there is one, then a turn to the right.
  const lying = [
    [3, (image: Sharp) => image.rotate(180)],
    [6, (image: Sharp) => image.rotate(270)],
    [8, (image: Sharp) => image.rotate(90)],
    [2, (image: Sharp) => image.flop()],
  ] as const;
  for (const [orientation, lay] of lying) {
    const pixels = await lay(upright()).raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = pixels.info;
    const file = await sharp(pixels.data, { raw: { width, height, channels } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    assert.deepEqual(await decodeImage(file, WIDE), standing, `orientation ${orientation}`);
  }
  assert.equal(standing.length, 40 * 20 * 3);
});

test("a photograph that lies on its side in its JPEG has nearly the features of the upright one", async () => {
  const jpeg = (image: Sharp) => image.jpeg({ quality: 100, chromaSubsampling: "4:4:4" });
  const standing = await means.encode(await jpeg(upright()).toBuffer());
  const lying = await upright().rotate(270).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = lying.info;
  const file = await jpeg(
    sharp(lying.data, { raw: { width, height, channels } }).withMetadata({ orientation: 6 }),
  ).toBuffer();
  await nearMeans(file, Array.from(standing), 0.02);
});

test("each fit brings a picture to the network's size in its own way", async () => {
  // Left half black, right half white, twice as wide as high.
  const halves = await sharp(
    Uint8Array.from({ length: 40 * 20 }, (_, at) => (at % 40 < 20 ? 0 : 255)),
    { raw: { width: 40, height: 20, channels: 1 } },
  )
    .png()
    .toBuffer();
  const grey: ImageInput = { ...WIDE, width: 20, height: 20, colour: "grey", mean: [0], std: [1] };
  const of = async (fit: ImageInput["fit"]) => {
    const pixels = await decodeImage(halves, { ...grey, fit });
    assert.equal(pixels.length, 400);
    return [pixels[0], pixels[19], pixels[10 * 20]];
  };
  assert.deepEqual(await of("fill"), [0, 255, 0]);
  assert.deepEqual(await of("cover"), [0, 255, 0]);
  assert.deepEqual(await of("contain"), [255, 255, 0], "white above, black at the left");
});
