// Safetensors files as features, or as images that come as pixels. Their numbers may be of any type; the tensors may lie in any order, so they
// are spooled and then read side by side.

import { ByteSource, CutOff } from "../../byte-source.ts";
import { FLOATS, WHOLE_NUMBERS } from "../../tensor/number-types.ts";
import {
  decodeTableOf,
  headerLength,
  type Metadata,
  PREFIX_BYTES,
  SafetensorsError,
  type Table,
  type TableEntry,
} from "../../tensor/safetensors.ts";
import type { ReadingOptions } from "../api.ts";
import { MAX_FEATURES, MAX_SAMPLE_BYTES } from "../limits.ts";
import { atPath, Faults, invalidFile } from "./faults.ts";
import { tooLarge } from "./limit.ts";
import { arriving } from "./pieces.ts";
import type { SampleBatch, SampleHead } from "./sample.ts";
import { refuseShape, shapeFor, sizeOf } from "./shape.ts";
import { spooled } from "./spooled.ts";
import { asText, checkRows, type Described, type Naming, storedSamples } from "./stored-samples.ts";

type FloatType = keyof typeof FLOATS;
type WholeType = keyof typeof WHOLE_NUMBERS;

const bytesOfEach = <K extends string>(types: { readonly [dtype in K]: { readonly bytes: number } }) =>
  // `fromEntries` forgets the keys, which are those of `types`.
  Object.fromEntries(Object.keys(types).map((dtype) => [dtype, types[dtype as K].bytes])) as { [dtype in K]: number };

const ELEMENT_BYTES = bytesOfEach<FloatType | WholeType>({ ...FLOATS, ...WHOLE_NUMBERS });

/** A header of a few tensors, and the names of as many classes as a brain may have. */
const MAX_HEADER_BYTES = 2 * 1024 * 1024;

/**
 * @returns batches of features, or of pixels
 * @throws EngramError `dataset-invalid`, `body-too-large`, `validation` where the shape does not fit
 */
export async function* readSafetensors(
  bytes: AsyncIterable<Uint8Array>,
  { shape, scratchDir, maxBytes }: ReadingOptions & { readonly scratchDir: string; readonly maxBytes: number },
): AsyncGenerator<SampleBatch> {
  const source = new ByteSource(arriving(bytes));
  const table = await tableOf(source);
  if (table.bodyBytes > maxBytes) throw tooLarge(maxBytes);
  const faults = new Faults();
  const { head, samples, labels } = partsOf(table, shape, faults);
  checkRows(samples, labels, faults);
  const naming = namingOf(table.metadata, faults);
  const file = await spooled(source, table.bodyBytes, scratchDir).catch((error: unknown) => {
    throw error instanceof CutOff ? noFile(`it is cut off, its tensors take ${table.bodyBytes} bytes`) : error;
  });
  try {
    if (!(await source.isAtEnd())) throw noFile("it goes on after its tensors");
    yield* storedSamples(head, { ...samples, file }, { ...labels, file }, naming, faults);
  } finally {
    await file.close();
  }
}

async function tableOf(source: ByteSource): Promise<Table<FloatType | WholeType>> {
  try {
    const length = headerLength(await source.take(PREFIX_BYTES));
    if (length > MAX_HEADER_BYTES) throw new SafetensorsError(`header of ${length} bytes is over ${MAX_HEADER_BYTES}`);
    return decodeTableOf(await source.take(length), ELEMENT_BYTES);
  } catch (error) {
    if (error instanceof SafetensorsError) throw noFile(error.message);
    throw error instanceof CutOff ? noFile("its header is cut off") : error;
  }
}

/** What names a tensor may be long. */
const MAX_REASON_CHARACTERS = 300;

const noFile = (what: string) =>
  invalidFile(`The file is no safetensors file: ${what.slice(0, MAX_REASON_CHARACTERS)}.`);

type Parts = {
  readonly head: SampleHead;
  readonly samples: Described<number>;
  readonly labels: Described<number | bigint>;
};

function partsOf(table: Table<string>, shape: readonly number[] | undefined, faults: Faults): Parts {
  const named = new Map(table.entries.map((entry) => [entry.name, entry]));
  const [inputs, images, labels] = ["inputs", "images", "labels"].map((name) => named.get(name));
  const other = table.entries.find(({ name }) => !["inputs", "images", "labels"].includes(name));
  if (other !== undefined) faults.fail(atPath(other.name), "is not known here; known: inputs or images, and labels");
  if (labels === undefined) faults.fail(atPath("labels"), "is missing: a tensor of whole numbers, one per sample");
  if (inputs !== undefined && images !== undefined) faults.fail(atPath("images"), "does not go with inputs");
  const common = { isLittleEndian: true };
  const storedLabels = { ...labels, ...common, type: typeFrom(WHOLE_NUMBERS, labels, faults) };
  if (inputs !== undefined) {
    const head: SampleHead = { kind: "features", shape: featureShape(inputs.shape, shape, faults) };
    return { head, samples: { ...inputs, ...common, type: typeFrom(FLOATS, inputs, faults) }, labels: storedLabels };
  }
  if (images === undefined) faults.fail(atPath("inputs"), "is missing (or images)");
  refuseShape(shape, "images");
  const head: SampleHead = { kind: "images", shape: pixelShape(images.shape, faults) };
  return { head, samples: { ...images, ...common, type: typeFrom(BYTES, images, faults) }, labels: storedLabels };
}

const BYTES = { U8: WHOLE_NUMBERS.U8 };

function typeFrom<T>(types: { readonly [dtype: string]: T }, { name, dtype }: TableEntry<string>, faults: Faults): T {
  const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined;
  return type ?? faults.fail(atPath(name, "dtype"), `is ${dtype}, not one of ${Object.keys(types).join(", ")}`);
}

/** A number per pixel means one channel. */
function featureShape(
  [, ...sample]: readonly number[],
  wanted: readonly number[] | undefined,
  faults: Faults,
): readonly number[] {
  const shape = sample.length === 2 ? [...sample, 1] : sample;
  if (![1, 3].includes(shape.length) || sizeOf(shape) === 0) {
    faults.fail(atPath("inputs", "shape"), "is not [n, features] or [n, height, width, channels]");
  }
  if (sizeOf(shape) > MAX_FEATURES) {
    faults.fail(
      atPath("inputs", "shape"),
      `has ${sizeOf(shape)} numbers a sample, at most ${MAX_FEATURES} are allowed`,
    );
  }
  return shapeFor(shape, wanted);
}

const CHANNELS = [1, 3, 4];

function pixelShape([, ...sample]: readonly number[], faults: Faults): readonly number[] {
  const shape = sample.length === 2 ? [...sample, 1] : sample;
  const [height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 3 || height * width === 0 || !CHANNELS.includes(channels)) {
    const what = "is not [n, height, width] or [n, height, width, channels] with 1, 3 or 4 channels";
    faults.fail(atPath("images", "shape"), what);
  }
  if (sizeOf(shape) > MAX_SAMPLE_BYTES) {
    faults.fail(
      atPath("images", "shape"),
      `has ${sizeOf(shape)} bytes a sample, at most ${MAX_SAMPLE_BYTES} are allowed`,
    );
  }
  return shape;
}

/** Names stand in the metadata's `classes`: a JSON list, or words parted by spaces. */
function namingOf({ classes: text }: Metadata, faults: Faults): Naming {
  if (text === undefined) return asText;
  const classes = text.trimStart().startsWith("[") ? listIn(text) : text.split(/\s+/).filter((word) => word !== "");
  if (classes === null) faults.fail(atPath("__metadata__", "classes"), "is no JSON list of texts");
  return (label) => {
    const name = classes[Number(label)];
    return name === undefined ? { fault: `is ${label}; classes has ${classes.length}, from 0` } : { name };
  };
}

function listIn(text: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((name) => typeof name === "string") ? list : null;
  } catch {
    return null;
  }
}
