// Images of a dataset are kept as their files, so each is decoded once as it comes in: what lies there can be shown, and taught.

import { UnreadableInput } from "../../encoders/encoder.ts";
import { decodePicture } from "../../encoders/image/decode.ts";
import { MAX_SAMPLE_BYTES } from "../limits.ts";

/** As small as it gets; the file is read to its end all the same. */
const SIDE = 8;

/** @returns what is wrong with an image's file; null where nothing is */
export async function imageFault(file: Uint8Array): Promise<string | null> {
  if (file.length > MAX_SAMPLE_BYTES) return `has ${file.length} bytes, at most ${MAX_SAMPLE_BYTES} are allowed`;
  try {
    await decodePicture(file, SIDE);
    return null;
  } catch (error) {
    if (error instanceof UnreadableInput) return error.message;
    throw error;
  }
}
