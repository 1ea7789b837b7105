// Grey pictures as bytes, and IDX files of them (http://yann.lecun.com/exdb/mnist/): read from a folder, and written as the form that the server takes.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** `pixels` uint8 [pictures, height, width], `labels` uint8 [pictures]. */
export type Pictures = {
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
};

/** @returns some of them, in the order of `numbers` */
export function picked({ height, width, pixels, labels }: Pictures, numbers: readonly number[]): Pictures {
  const size = height * width;
  return {
    height,
    width,
    pixels: Buffer.concat(numbers.map((number) => pixels.subarray(number * size, (number + 1) * size))),
    labels: Uint8Array.from(numbers, (number) => labels[number] ?? 0),
  };
}

/** As MNIST and Fashion-MNIST name their files. */
export const IDX_FILES = {
  train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
} as const;

/**
 * @param folder holds the two files of `part`, each as it is or with `.gz`
 * @throws Error when one is not there, or is not what its name says
 */
export async function readPictures(folder: string, part: keyof typeof IDX_FILES): Promise<Pictures> {
  const [images, classes] = IDX_FILES[part];
  const [pixels, [, height = 0, width = 0]] = arrayIn(await unpacked(folder, images), 3, images);
  const [labels] = arrayIn(await unpacked(folder, classes), 1, classes);
  if (pixels.length !== labels.length * height * width) {
    throw new Error(`${images} has not as many pictures as ${classes} has labels`);
  }
  return { height, width, pixels, labels };
}

async function unpacked(folder: string, file: string): Promise<Buffer> {
  const packed = await readFile(join(folder, `${file}.gz`)).catch(() => null);
  return packed === null ? readFile(join(folder, file)) : gunzipSync(packed);
}

/** The type's code for bytes. */
const BYTES = 8;

/** @returns the array's bytes and its shape */
function arrayIn(file: Buffer, dimensions: number, name: string): [Uint8Array, number[]] {
  const head = 4 + 4 * dimensions;
  const isOne = file.length >= head && file.readUInt16BE(0) === 0 && file[2] === BYTES && file[3] === dimensions;
  if (!isOne) throw new Error(`${name} is no IDX file of bytes in ${dimensions} dimensions`);
  const shape = Array.from({ length: dimensions }, (_, at) => file.readUInt32BE(4 + 4 * at));
  const bytes = file.subarray(head);
  if (bytes.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new Error(`${name} has ${bytes.length} bytes for an array of ${shape.join(" × ")}`);
  }
  return [bytes, shape];
}

/** @returns a form with the parts `samples` and `labels` */
export function idxForm({ height, width, pixels, labels }: Pictures): FormData {
  const form = new FormData();
  form.append("samples", idxFile(pixels, [labels.length, height, width]), "samples");
  form.append("labels", idxFile(labels, [labels.length]), "labels");
  return form;
}

function idxFile(bytes: Uint8Array, shape: readonly number[]): Blob {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, BYTES, shape.length]);
  for (const [at, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * at);
  return new Blob([head, Uint8Array.from(bytes)]);
}
