// CIFAR-10 in its binary version (Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html): files of records, each a byte of class and then
// 32 × 32 pixels in three planes, red, green, blue. Invariant: a file is read whole or refused; a record is never guessed at.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const SIDE = 32;
export const CHANNELS = 3;
const PLANE_BYTES = SIDE * SIDE;
const IMAGE_BYTES = CHANNELS * PLANE_BYTES;
const RECORD_BYTES = 1 + IMAGE_BYTES;

export const TRAINING_FILES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
export const TEST_FILE = "test_batch.bin";
export const NAMES_FILE = "batches.meta.txt";

/** Images with their classes: `pixels` uint8 [images, 32, 32, 3], `labels` uint8 [images]. */
export type Images = { readonly pixels: Uint8Array; readonly labels: Uint8Array };

/**
 * The first images of each class, in the order in which the files have them.
 * @param perClass images of each class at most; null for all
 * @throws Error when a file is not there, is no row of records, or names a class that there is not
 */
export async function readImages(folder: string, files: readonly string[], perClass: number | null): Promise<Images> {
  const taken = new Map<number, number>();
  const labels: number[] = [];
  const images: Uint8Array[] = [];
  for (const file of files) {
    const bytes = await readFile(join(folder, file));
    for (const record of recordsOf(bytes, file)) {
      const [label = 0] = record;
      const before = taken.get(label) ?? 0;
      if (perClass !== null && before >= perClass) continue;
      taken.set(label, before + 1);
      labels.push(label);
      images.push(interleaved(record.subarray(1)));
    }
  }
  return { pixels: Buffer.concat(images), labels: Uint8Array.from(labels) };
}

function* recordsOf(bytes: Uint8Array, file: string): Generator<Uint8Array> {
  if (bytes.length === 0 || bytes.length % RECORD_BYTES !== 0) {
    throw new Error(`${file} has ${bytes.length} bytes, which is no whole number of records of ${RECORD_BYTES}`);
  }
  for (let from = 0; from < bytes.length; from += RECORD_BYTES) {
    const record = bytes.subarray(from, from + RECORD_BYTES);
    if ((record[0] ?? 0) > 9) throw new Error(`${file} has class ${record[0]} in record ${from / RECORD_BYTES}`);
    yield record;
  }
}

/** Planes to pixels: [3, 32, 32] to [32, 32, 3]. */
export function interleaved(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(IMAGE_BYTES);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let at = 0; at < PLANE_BYTES; at++) pixels[at * CHANNELS + channel] = planes[channel * PLANE_BYTES + at] ?? 0;
  }
  return pixels;
}

/** Pixels to a record: the way back. @param pixels uint8 [32, 32, 3] */
export function recordOf(label: number, pixels: Uint8Array): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES);
  record[0] = label;
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let at = 0; at < PLANE_BYTES; at++) {
      record[1 + channel * PLANE_BYTES + at] = pixels[at * CHANNELS + channel] ?? 0;
    }
  }
  return record;
}

/** @returns the classes' names, in the order of their numbers @throws Error when there are not ten of them */
export async function readNames(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, NAMES_FILE), "utf8");
  const names = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (names.length !== 10) throw new Error(`${NAMES_FILE} names ${names.length} classes`);
  return names;
}
