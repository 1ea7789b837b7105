// Samples whose numbers lie in a row, and their labels in another (safetensors, IDX): both are read from the disk side by side.

import { counted } from "../../errors.ts";
import type { NumberType } from "../../tensor/number-types.ts";
import type { ScratchFile } from "../scratch-file.ts";
import { atPath, type Faults } from "./faults.ts";
import { Labels } from "./labels.ts";
import { inRange } from "./numbers.ts";
import { BATCH_BYTES, BATCH_SAMPLES, itemOf, type SampleBatch, type SampleHead } from "./sample.ts";
import { sizeOf } from "./shape.ts";

/** An array [rows, …]. */
export type Described<Value> = {
  /** What messages call it. */
  readonly name: string;
  readonly type: NumberType<Value>;
  readonly isLittleEndian: boolean;
  readonly shape: readonly number[];
  /** At which byte of its file it begins. */
  readonly from: number;
};

export type Stored<Value> = Described<Value> & { readonly file: ScratchFile };

/** The name of the class that stands there as a number. */
export type Naming = (label: number | bigint) => { readonly name: string } | { readonly fault: string };

/** The number itself is the name. */
export const asText: Naming = (label) => ({ name: String(label) });

/** @throws EngramError `dataset-invalid` unless there is a sample, and a label for each */
export function checkRows(samples: Described<unknown>, labels: Described<unknown>, faults: Faults): void {
  const [rows = 0] = samples.shape;
  if (labels.shape.length !== 1) {
    const what = `has ${counted(labels.shape.length, "dimension")}, labels have one: a number per sample`;
    faults.fail(atPath(labels.name), what);
  }
  const [labelled = 0] = labels.shape;
  if (rows === 0) faults.fail(atPath(samples.name), "has no samples");
  if (labelled !== rows) {
    faults.fail(atPath(labels.name), `has ${counted(labelled, "label")} for ${counted(rows, "sample")}`);
  }
}

/**
 * @param samples of features; of images, which are taken as they are, uint8
 * @returns batches of all rows, which `checkRows` found right
 * @throws EngramError `dataset-invalid` with rows
 */
export async function* storedSamples(
  head: SampleHead,
  samples: Stored<number>,
  labels: Stored<number | bigint>,
  naming: Naming,
  faults: Faults,
): AsyncGenerator<SampleBatch> {
  const [rows = 0, ...row] = samples.shape;
  const keptBytes = sizeOf(row) * (head.kind === "features" ? Float32Array.BYTES_PER_ELEMENT : 1);
  const step = Math.max(1, Math.min(BATCH_SAMPLES, Math.floor(BATCH_BYTES / keptBytes)));
  const known = new Labels();
  for (let from = 0; from < rows; from += step) {
    const range = { from, to: Math.min(from + step, rows) };
    const names = labelsIn(await bytesOf(labels, range), labels, range, naming, known, faults);
    const bytes = await bytesOf(samples, range);
    const items = head.kind === "features" ? featuresIn(bytes, samples, range, faults) : piecesOf(bytes, sizeOf(row));
    if (faults.isEmpty) yield { head, labels: names, items };
  }
  faults.throwIfAny();
}

type Range = { readonly from: number; readonly to: number };

async function bytesOf({ file, from, type, shape }: Stored<unknown>, range: Range): Promise<Uint8Array> {
  const rowBytes = sizeOf(shape.slice(1)) * type.bytes;
  const bytes = new Uint8Array((range.to - range.from) * rowBytes);
  await file.read(bytes, from + range.from * rowBytes);
  return bytes;
}

function labelsIn(
  bytes: Uint8Array,
  { name, type, isLittleEndian }: Described<number | bigint>,
  { from }: Range,
  naming: Naming,
  known: Labels,
  faults: Faults,
): string[] {
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / type.bytes }, (_, index) => {
    const named = naming(type.read(view, index * type.bytes, isLittleEndian));
    const fault = "fault" in named ? named.fault : known.fault(named.name);
    if (fault !== null) faults.add(atPath(name, from + index), fault);
    return "name" in named ? named.name : "";
  });
}

function featuresIn(
  bytes: Uint8Array,
  { name, type, isLittleEndian, shape }: Described<number>,
  { from }: Range,
  faults: Faults,
): Uint8Array[] {
  const view = new DataView(bytes.buffer);
  const cols = sizeOf(shape.slice(1));
  const numbers = new Float32Array(bytes.length / type.bytes);
  for (let at = 0; at < numbers.length; at++) {
    const value = type.read(view, at * type.bytes, isLittleEndian);
    numbers[at] = value;
    if (Number.isFinite(numbers[at])) continue;
    faults.add(atPath(name, from + Math.floor(at / cols), at % cols), String(inRange(value)));
  }
  return piecesOf(itemOf(numbers), cols * Float32Array.BYTES_PER_ELEMENT);
}

const piecesOf = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: bytes.length / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
