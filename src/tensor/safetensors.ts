// The safetensors format (https://github.com/huggingface/safetensors#format): 8 bytes of header length, a JSON header, the tensors' bytes.
// Engram uses it for everything binary that outlives a call: logged events and checkpoints. Decoding checks every length and offset
// before it trusts one, and needs little-endian memory, as the format does.

const ELEMENTS = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;

export type Dtype = keyof typeof ELEMENTS;

type ElementBytes<D extends string> = { readonly [dtype in D]: number };
const ELEMENT_BYTES = { F64: 8, F32: 4, I32: 4, U32: 4, U8: 1 } as const satisfies ElementBytes<Dtype>;

export type TensorData = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** A named array with a shape; `data.length` is the product of `shape`. */
export type Tensor = {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
};

export type Tensors = { readonly [name: string]: Tensor };

/** Text that travels in the header under `__metadata__`, which the format limits to strings. */
export type Metadata = { readonly [key: string]: string };

/** A safetensors file in pieces: the length and header bytes first, then each tensor's bytes as a view (nothing is copied). */
export type Layout = {
  readonly header: Uint8Array;
  readonly parts: readonly Uint8Array[];
  readonly byteLength: number;
};

/** The bytes are not a well-formed safetensors file; the message says what is wrong. */
export class SafetensorsError extends Error {}

/** What the header says of one tensor: it lies in the bytes `from` to `to` that follow the header. */
export type TableEntry<D extends string = Dtype> = {
  readonly name: string;
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
};

/** A file's header. */
export type Table<D extends string = Dtype> = {
  /** In the order in which their bytes lie, without gaps. */
  readonly entries: readonly TableEntry<D>[];
  readonly metadata: Metadata;
  /** Of all tensors together. */
  readonly bodyBytes: number;
};

const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const ALIGNMENT = 8;
/** The header's own length stands before it, a little-endian uint64. */
export const PREFIX_BYTES = 8;

export const f64 = (data: Float64Array, ...shape: number[]): Tensor => ({ dtype: "F64", shape, data });
export const f32 = (data: Float32Array, ...shape: number[]): Tensor => ({ dtype: "F32", shape, data });
export const i32 = (data: Int32Array, ...shape: number[]): Tensor => ({ dtype: "I32", shape, data });
export const u32 = (data: Uint32Array, ...shape: number[]): Tensor => ({ dtype: "U32", shape, data });

export const bytesPerNumber = (dtype: Dtype): number => ELEMENT_BYTES[dtype];

/** The same memory as bytes. */
export const bytesOf = (data: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Lays `tensors` out as a safetensors file without copying their bytes. */
export function layOut(tensors: Tensors, metadata: Metadata = {}): Layout {
  const entries: TableEntry[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    entries.push({ name, dtype, shape, from: offset, to: offset + data.byteLength });
    parts.push(bytesOf(data));
    offset += data.byteLength;
  }
  const header = encodeTable(entries, metadata);
  return { header, parts, byteLength: header.length + offset };
}

/** @returns a file's first bytes, up to the tensors: length and header */
export function encodeTable(entries: readonly TableEntry[], metadata: Metadata): Uint8Array {
  const table: [string, unknown][] = [["__metadata__", metadata]];
  for (const { name, dtype, shape, from, to } of entries)
    table.push([name, { dtype, shape, data_offsets: [from, to] }]);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(table)));
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (padded > MAX_HEADER_BYTES)
    throw new RangeError(`encodeTable: a header of ${padded} bytes is over ${MAX_HEADER_BYTES}`);
  const header = new Uint8Array(PREFIX_BYTES + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, PREFIX_BYTES);
  return header;
}

/** @returns one safetensors file as bytes. */
export function encodeSafetensors(tensors: Tensors, metadata: Metadata = {}): Uint8Array {
  const { header, parts, byteLength } = layOut(tensors, metadata);
  const bytes = new Uint8Array(byteLength);
  bytes.set(header);
  let offset = header.length;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/**
 * Reads a safetensors file. Tensors are views on `bytes` where its alignment allows, copies otherwise.
 * @throws SafetensorsError when the header, a shape or an offset is not right.
 */
export function decodeSafetensors(bytes: Uint8Array): { readonly tensors: Tensors; readonly metadata: Metadata } {
  const table = tableOf(bytes);
  const { entries, metadata, bodyBytes } = decodeTable(table);
  const body = bytes.subarray(PREFIX_BYTES + table.length);
  if (bodyBytes !== body.length) {
    throw new SafetensorsError(`the tensors take ${bodyBytes} bytes, ${body.length} follow the header`);
  }
  const tensors = entries.map(({ name, dtype, shape, from, to }): [string, Tensor] => [
    name,
    { dtype, shape, data: viewOf(dtype, body, from, to) },
  ]);
  // `fromEntries` defines own properties: a tensor named `__proto__` is one more name, not a prototype.
  return { tensors: Object.fromEntries(tensors), metadata };
}

/**
 * Reads the header of a file of which only the first bytes are there: 8 of length and the header itself.
 * @throws SafetensorsError when the header is cut off or not right
 */
export function decodeSafetensorsHeader(bytes: Uint8Array): {
  readonly shapes: { readonly [name: string]: readonly number[] };
  readonly metadata: Metadata;
} {
  const { entries, metadata } = decodeTable(tableOf(bytes));
  return { shapes: Object.fromEntries(entries.map(({ name, shape }) => [name, shape])), metadata };
}

/** The header of a file, without the length before it. */
function tableOf(bytes: Uint8Array): Uint8Array {
  const end = PREFIX_BYTES + headerLength(bytes);
  if (end > bytes.length) throw new SafetensorsError("header is cut off");
  return bytes.subarray(PREFIX_BYTES, end);
}

/**
 * @param prefix a file's first 8 bytes, or more
 * @returns how many bytes of header follow them
 * @throws SafetensorsError
 */
export function headerLength(prefix: Uint8Array): number {
  if (prefix.length < PREFIX_BYTES) throw new SafetensorsError("shorter than a header");
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) throw new SafetensorsError(`header of ${length} bytes is over ${MAX_HEADER_BYTES}`);
  return Number(length);
}

/**
 * Reads a file's header.
 * @param json the header, without the length before it
 * @throws SafetensorsError when a shape or an offset is not right, or the tensors leave gaps or overlap
 */
export const decodeTable = (json: Uint8Array): Table => decodeTableOf(json, ELEMENT_BYTES);

/**
 * Reads the header of a file that Engram did not write.
 * @param elementBytes the dtypes that it may have, with the bytes of one number
 * @throws SafetensorsError as `decodeTable`
 */
export function decodeTableOf<D extends string>(json: Uint8Array, elementBytes: ElementBytes<D>): Table<D> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw new SafetensorsError("header is not JSON");
  }
  if (!isRecord(parsed)) throw new SafetensorsError("header is not an object");
  const { __metadata__: metadata = {}, ...named } = parsed;
  const entries = Object.entries(named).map(([name, entry]) => ({ name, ...readEntry(name, entry, elementBytes) }));
  // The format orders the bytes, not the names in the header.
  entries.sort((a, b) => a.from - b.from || a.to - b.to);
  let bodyBytes = 0;
  for (const { name, from, to } of entries) {
    if (from !== bodyBytes) {
      throw new SafetensorsError(`tensor ${name}: begins at byte ${from}, the one before ends at ${bodyBytes}`);
    }
    bodyBytes = to;
  }
  return { entries, metadata: readMetadata(metadata), bodyBytes };
}

function readMetadata(metadata: unknown): Metadata {
  if (!isRecord(metadata)) throw new SafetensorsError("__metadata__ is not an object");
  const texts = Object.entries(metadata).map(([key, value]): [string, string] => {
    if (typeof value !== "string") throw new SafetensorsError(`__metadata__.${key} is not text`);
    return [key, value];
  });
  return Object.fromEntries(texts);
}

function readEntry<D extends string>(name: string, entry: unknown, elementBytes: ElementBytes<D>) {
  if (!isRecord(entry)) throw new SafetensorsError(`tensor ${name}: not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isKeyOf(elementBytes, dtype)) {
    const found = typeof dtype === "string" ? dtype : typeof dtype;
    throw new SafetensorsError(`tensor ${name}: dtype ${found} is not one of ${Object.keys(elementBytes)}`);
  }
  if (!isSizes(shape)) throw new SafetensorsError(`tensor ${name}: shape is not a list of sizes`);
  if (!isSizes(offsets)) throw new SafetensorsError(`tensor ${name}: data_offsets is not a pair of numbers`);
  const [from, to] = offsets;
  const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype]);
  if (from === undefined || to === undefined || offsets.length !== 2 || to - from !== bytes) {
    throw new SafetensorsError(`tensor ${name}: data_offsets ${offsets} do not hold ${bytes} bytes`);
  }
  return { dtype, shape, from, to };
}

/** The tensor that an entry tells of, all zeros, on a memory of its own. */
export function emptyTensor({ dtype, shape, from, to }: TableEntry): Tensor {
  const Elements = ELEMENTS[dtype];
  return { dtype, shape, data: new Elements((to - from) / Elements.BYTES_PER_ELEMENT) };
}

/** @returns the numbers in the bytes `from` to `to` of `body`: a view where its alignment allows, a copy otherwise */
export function viewOf(dtype: Dtype, body: Uint8Array, from: number, to: number): TensorData {
  const Elements = ELEMENTS[dtype];
  const size = Elements.BYTES_PER_ELEMENT;
  const start = body.byteOffset + from;
  // A view works on any kind of buffer; the cast only spares one constructor signature per kind.
  if (start % size === 0) return new Elements(body.buffer as ArrayBuffer, start, (to - from) / size);
  // Of a Node Buffer, `slice` would be a view as well.
  return new Elements(new Uint8Array(body.subarray(from, to)).buffer);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isKeyOf = <K extends string>(table: { readonly [key in K]: unknown }, value: unknown): value is K =>
  typeof value === "string" && Object.hasOwn(table, value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
