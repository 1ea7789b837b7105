// As much of the safetensors format (https://github.com/huggingface/safetensors#format) as the experiment needs: features are read, and files are
// written for upload. Little-endian, as the format is.

import { FLOATS } from "../../src/tensor/number-types.ts";
import type { Rows } from "./source.ts";

const PREFIX_BYTES = 8;

/** A file of features. */
export type Table = {
  /** The file itself. */
  readonly bytes: Uint8Array;
  readonly metadata: { readonly [key: string]: string };
  /** The classes in the order of their numbers. */
  readonly names: readonly string[];
  /** Of each row. */
  readonly labels: readonly string[];
  readonly cols: number;
  read(rows: readonly number[]): Rows;
};

type Entry = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
};

/** @throws Error when it is no file of features with the classes' names */
export function featuresIn(bytes: Uint8Array, what: string): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < PREFIX_BYTES ? 0 : Number(view.getBigUint64(0, true));
  const body = PREFIX_BYTES + length;
  if (length === 0 || body > bytes.length) throw new Error(`${what} is no safetensors file`);
  const header = JSON.parse(Buffer.from(bytes.subarray(PREFIX_BYTES, body)).toString()) as {
    // As the format has it; what is used of it is looked at below.
    readonly __metadata__?: { readonly [key: string]: string };
    readonly inputs?: Entry;
    readonly labels?: Entry;
  };
  const { inputs, labels, __metadata__: metadata = {} } = header;
  if (inputs === undefined || labels?.dtype !== "U8" || !isFloat(inputs.dtype)) {
    throw new Error(`${what} has no tensors inputs (F16 or F32) and labels (U8)`);
  }
  const names = (metadata.classes ?? "").split(/\s+/).filter((name) => name !== "");
  const [, cols = 0] = inputs.shape;
  const { bytes: width, read } = FLOATS[inputs.dtype];
  const rowBytes = width * cols;
  const from = body + inputs.data_offsets[0];
  const numbers = bytes.subarray(body + labels.data_offsets[0], body + labels.data_offsets[1]);
  const labelled = Array.from(numbers, (number) => names[number] ?? String(number));
  return {
    bytes,
    metadata,
    names,
    labels: labelled,
    cols,
    read: (rows) => {
      const data = new Float32Array(rows.length * cols);
      rows.forEach((row, to) => {
        for (let col = 0; col < cols; col++)
          data[to * cols + col] = read(view, from + row * rowBytes + col * width, true);
      });
      return { cols, data, labels: rows.map((row) => labelled[row] ?? "") };
    },
  };
}

const isFloat = (dtype: string): dtype is "F16" | "F32" => dtype === "F16" || dtype === "F32";

/** @returns a file of these rows alone, as float32 */
export function pickedFrom(table: Table, rows: readonly number[]): Table {
  const { data, labels, cols } = table.read(rows);
  const numbers = Uint8Array.from(labels, (label) => table.names.indexOf(label));
  const file = fileOf(
    [
      { name: "inputs", dtype: "F32", shape: [rows.length, cols], bytes: new Uint8Array(data.buffer) },
      { name: "labels", dtype: "U8", shape: [rows.length], bytes: numbers },
    ],
    table.metadata,
  );
  return featuresIn(file, "a part of the training rows");
}

type Part = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};

/** @returns a safetensors file */
export function fileOf(parts: readonly Part[], metadata: { readonly [key: string]: string }): Uint8Array {
  let offset = 0;
  const entries = parts.map(({ name, dtype, shape, bytes }) => {
    const from = offset;
    offset += bytes.length;
    return [name, { dtype, shape, data_offsets: [from, offset] }] as const;
  });
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([prefix, header, ...parts.map(({ bytes }) => bytes)]);
}
