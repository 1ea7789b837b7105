// Pictures for an encoder, which takes files: pixels become a PNG, which loses nothing. Where there are transforms, they see pixels in 0 to 1, and
// what comes out is rounded to the 256 steps of a byte: noise below 1/512 may be lost, an inversion is exact.

import { decodePicture } from "../../encoders/image/decode.ts";
import { clamped, type ImageShape } from "./image-shape.ts";

/** Larger pictures are made smaller before a transform, so that no one takes much memory or time; encoders take a few hundred pixels. */
export const MAX_SIDE = 1024;

export type PixelTransform = (pixels: Float32Array, shape: ImageShape) => Float32Array;

/** @param bytes uint8 [height, width, channels] @returns a PNG file */
export const pngOf = async (bytes: Uint8Array, { height, width, channels }: ImageShape): Promise<Uint8Array> => {
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4)
    throw new RangeError(`a picture has 1 to 4 channels, got ${channels}`);
  const { sharp } = await import("../../encoders/image/libvips.ts");
  // It is read once, here: little is gained by a small file.
  return sharp(bytes, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer();
};

/** @param bytes uint8 [height, width, channels] @returns a PNG file of the transformed picture */
export function transformedPixels(
  bytes: Uint8Array,
  shape: ImageShape,
  transform: PixelTransform,
): Promise<Uint8Array> {
  const pixels = transform(
    new Float32Array(bytes).map((byte) => byte / 255),
    shape,
  );
  return pngOf(new Uint8Array(pixels.map((value) => Math.round(clamped(value) * 255))), shape);
}

/** @param file an image file @returns a PNG file of the transformed picture, upright, in sRGB @throws UnreadableInput */
export async function transformedFile(file: Uint8Array, transform: PixelTransform): Promise<Uint8Array> {
  const { pixels, ...shape } = await decodePicture(file, MAX_SIDE);
  return transformedPixels(pixels, shape, transform);
}
