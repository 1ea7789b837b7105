// Image files as pixels of one size. Files come from anywhere: few formats are let in (libvips.ts), the size in the header is checked before a pixel
// is read, and one picture is decoded at a time.

import type { Sharp } from "sharp";
import type { ImageInput } from "../definition.ts";
import { UnreadableInput } from "../encoder.ts";

/** Width times height at most: 50 megapixels, of which a progressive JPEG or an interlaced PNG is held whole while it is decoded (145 MB measured). */
export const MAX_PIXELS = 50_000_000;

/** What is laid under transparent pixels. */
const PAPER = "#ffffff";

/**
 * The picture upright (EXIF), without transparency, in sRGB; resized as `input` says.
 * @returns uint8 [height, width, channels]
 * @throws UnreadableInput that says what is wrong with the file
 */
export async function decodeImage(file: Uint8Array, input: ImageInput): Promise<Uint8Array> {
  return readable(file, async (upright) => {
    const resized = upright.resize(input.width, input.height, { fit: input.fit, background: PAPER });
    const coloured = input.colour === "grey" ? resized.greyscale() : resized.toColourspace("srgb");
    return coloured.removeAlpha().raw({ depth: "uchar" }).toBuffer();
  });
}

/** uint8 [height, width, channels] */
export type Picture = {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
};

/**
 * The picture upright (EXIF), without transparency, in sRGB, with three channels.
 * @param maxSide a larger one is made smaller, so that neither side is longer
 * @throws UnreadableInput that says what is wrong with the file
 */
export async function decodePicture(file: Uint8Array, maxSide: number): Promise<Picture> {
  return readable(file, async (upright) => {
    const { data, info } = await upright
      .resize(maxSide, maxSide, { fit: "inside", withoutEnlargement: true })
      .toColourspace("srgb")
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, height: info.height, width: info.width, channels: info.channels };
  });
}

async function readable<T>(file: Uint8Array, read: (upright: Sharp) => Promise<T>): Promise<T> {
  if (file.byteLength === 0) throw new UnreadableInput("is empty");
  const { sharp } = await import("./libvips.ts");
  try {
    const opened = sharp(file, { limitInputPixels: MAX_PIXELS, failOn: "truncated" });
    return await read(opened.autoOrient().flatten({ background: PAPER }));
  } catch (error) {
    throw new UnreadableInput(reasonOf(error));
  }
}

/** libvips' words, and for what people meet most often better ones. */
function reasonOf(error: unknown): string {
  const words = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  if (words.includes("unsupported image format")) return "is no PNG, JPEG or WebP image";
  if (words.includes("pixel limit")) return `has more than ${MAX_PIXELS.toLocaleString("en")} pixels`;
  return `cannot be decoded: ${words}`;
}
