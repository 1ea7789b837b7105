// IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist/): an array of samples in one file, and one of their labels in another; numbers are
// big-endian, and those of bytes are pixels. Either file may be packed by gzip.

import { type ArrivingFile, ByteSource, CutOff } from "../../byte-source.ts";
import { FLOATS, type NumberType, WHOLE_NUMBERS } from "../../tensor/number-types.ts";
import type { ReadingOptions } from "../api.ts";
import { MAX_FEATURES } from "../limits.ts";
import { atPath, Faults, invalidFile } from "./faults.ts";
import { unpacked } from "./gunzip.ts";
import { tooLarge } from "./limit.ts";
import { arriving } from "./pieces.ts";
import type { SampleBatch } from "./sample.ts";
import { shapeFor, sizeOf } from "./shape.ts";
import { spooled } from "./spooled.ts";
import { asText, checkRows, type Stored, storedSamples } from "./stored-samples.ts";

type Reading = ReadingOptions & { readonly maxBytes: number; readonly scratchDir: string };

const ROLES = ["samples", "labels"] as const;
type Role = (typeof ROLES)[number];

/** A byte is a pixel, from 0 to 1. */
const PIXEL: NumberType = { bytes: 1, read: (view, at) => view.getUint8(at) / 255 };

const SAMPLE_TYPES: { readonly [code: number]: NumberType } = {
  8: PIXEL,
  9: WHOLE_NUMBERS.I8,
  11: WHOLE_NUMBERS.I16,
  12: WHOLE_NUMBERS.I32,
  13: FLOATS.F32,
  14: FLOATS.F64,
};
const LABEL_TYPES: { readonly [code: number]: NumberType } = {
  8: WHOLE_NUMBERS.U8,
  9: WHOLE_NUMBERS.I8,
  11: WHOLE_NUMBERS.I16,
  12: WHOLE_NUMBERS.I32,
};
const TYPES = { samples: SAMPLE_TYPES, labels: LABEL_TYPES } as const satisfies Record<Role, object>;

/** Of a color image [n, height, width, channels]. */
const MAX_DIMENSIONS = 4;

/**
 * @param files two: named `samples` and `labels`, or in that order
 * @returns batches of features
 * @throws EngramError `dataset-invalid`, `body-too-large`, `validation` where the shape does not fit
 */
export async function* readIdx(
  files: AsyncIterable<ArrivingFile & { readonly name: string }>,
  reading: Reading,
): AsyncGenerator<SampleBatch> {
  const faults = new Faults();
  const arrays = new Map<Role, Stored<number>>();
  try {
    for await (const { name, bytes } of arriving(files)) {
      const role = roleOf(name, arrays);
      arrays.set(role, await arrayOf(role, unpacked(arriving(bytes), reading.maxBytes), reading, faults));
    }
    const [samples, labels] = ROLES.map((role) => arrays.get(role));
    if (samples === undefined || labels === undefined) {
      throw invalidFile(`The file of the ${samples === undefined ? "samples" : "labels"} is missing.`);
    }
    checkRows(samples, labels, faults);
    const shape = shapeFor(sampleShape(samples.shape, faults), reading.shape);
    yield* storedSamples({ kind: "features", shape }, samples, labels, asText, faults);
  } finally {
    for (const { file } of arrays.values()) await file.close();
  }
}

function roleOf(name: string, taken: ReadonlyMap<Role, unknown>): Role {
  const role = ROLES.find((known) => known === name) ?? ROLES.find((free) => !taken.has(free));
  if (role === undefined) throw invalidFile("There are more than two files: samples and labels.");
  if (taken.has(role)) throw invalidFile(`There are two files of the ${role}.`);
  return role;
}

/** A pixel that is one number is an image of one channel. */
function sampleShape([, ...shape]: readonly number[], faults: Faults): readonly number[] {
  const sample = shape.length === 0 || shape.length === 2 ? [...shape, 1] : shape;
  const size = sizeOf(sample);
  if (size === 0) faults.fail(atPath("samples"), "has samples without a number");
  if (size > MAX_FEATURES) {
    faults.fail(atPath("samples"), `has ${size} numbers a sample, at most ${MAX_FEATURES} are allowed`);
  }
  return sample;
}

/** The array of a file, in one that the caller closes. */
async function arrayOf(
  role: Role,
  bytes: AsyncIterable<Uint8Array>,
  { scratchDir, maxBytes }: Reading,
  faults: Faults,
): Promise<Stored<number>> {
  const source = new ByteSource(bytes);
  const { type, shape } = await headerOf(role, source, faults);
  const bodyBytes = sizeOf(shape) * type.bytes;
  if (bodyBytes > maxBytes) throw tooLarge(maxBytes);
  const said = `${shape.join("×")} numbers take ${bodyBytes} bytes`;
  const file = await spooled(source, bodyBytes, scratchDir).catch((error: unknown) => {
    throw error instanceof CutOff ? faults.fail(atPath(role), `is cut off, ${said}`) : error;
  });
  try {
    if (!(await source.isAtEnd())) faults.fail(atPath(role), `goes on at its end, ${said}`);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { name: role, file, from: 0, type, isLittleEndian: false, shape };
}

/** Two zeros, the numbers' type, how many dimensions, and each of them as a big-endian uint32. */
async function headerOf(
  role: Role,
  source: ByteSource,
  faults: Faults,
): Promise<{ readonly type: NumberType; readonly shape: readonly number[] }> {
  const take = (count: number) =>
    source.take(count).catch((error: unknown) => {
      throw error instanceof CutOff ? faults.fail(atPath(role), "is shorter than its header") : error;
    });
  const [zero, alsoZero, code = 0, dimensions = 0] = await take(4);
  if (zero !== 0 || alsoZero !== 0) faults.fail(atPath(role), "is no IDX file, which begins with two zeros");
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    faults.fail(atPath(role), `has ${dimensions} dimensions, 1 to ${MAX_DIMENSIONS} are allowed`);
  }
  const type = TYPES[role][code];
  if (type === undefined) {
    const known = Object.keys(TYPES[role]).map((key) => hex(Number(key)));
    faults.fail(atPath(role), `has numbers of type ${hex(code)}, not one of ${known.join(", ")}`);
  }
  const sizes = new DataView((await take(4 * dimensions)).buffer);
  return { type, shape: Array.from({ length: dimensions }, (_, at) => sizes.getUint32(4 * at)) };
}

const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;
