// Writes files of datasets, as small as tests want them, in the bytes that other programs write.

import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { ZipFile } from "yazl";

export type Part = { readonly dtype: string; readonly shape: readonly number[]; readonly bytes: Uint8Array };

/** A safetensors file with `parts` in their order. */
export function tensorFile(parts: Record<string, Part>, metadata?: Record<string, string>): Buffer {
  let at = 0;
  const entries = Object.entries(parts).map(([name, { dtype, shape, bytes }]) => {
    const from = at;
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [from, at] }];
  });
  const header = Buffer.from(
    JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }),
  );
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([prefix, header, ...Object.values(parts).map(({ bytes }) => bytes)]);
}

export type Numbers =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array;

export const part = (dtype: string, shape: readonly number[], numbers: Numbers): Part => ({
  dtype,
  shape,
  bytes: new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
});

const CODES = { u8: 0x08, i8: 0x09, i16: 0x0b, i32: 0x0c, f32: 0x0d, f64: 0x0e } as const;
const WRITERS = {
  u8: [1, (view: DataView, at: number, value: number) => view.setUint8(at, value)],
  i8: [1, (view: DataView, at: number, value: number) => view.setInt8(at, value)],
  i16: [2, (view: DataView, at: number, value: number) => view.setInt16(at, value)],
  i32: [4, (view: DataView, at: number, value: number) => view.setInt32(at, value)],
  f32: [4, (view: DataView, at: number, value: number) => view.setFloat32(at, value)],
  f64: [8, (view: DataView, at: number, value: number) => view.setFloat64(at, value)],
} as const;

/** An IDX file. */
export function idx(type: keyof typeof CODES, shape: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, CODES[type], shape.length]);
  for (const [at, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * at);
  const [bytes, write] = WRITERS[type];
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  for (const [at, value] of values.entries()) write(view, at * bytes, value);
  return Buffer.concat([header, Buffer.from(view.buffer)]);
}

export const picture = (red: number, format: "png" | "jpeg" | "webp" = "png"): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: { r: red, g: 9, b: 9 } } })
    .toFormat(format)
    .toBuffer();

/** A zip file; a folder's name ends with `/`, and holds nothing. */
export async function zip(
  entries: Record<string, Uint8Array>,
  options: { compress?: boolean; forceZip64Format?: boolean } = {},
): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, bytes] of Object.entries(entries)) {
    if (name.endsWith("/")) file.addEmptyDirectory(name);
    else file.addBuffer(Buffer.from(bytes), name, options);
  }
  file.end({ forceZip64Format: options.forceZip64Format ?? false, comment: "" });
  return buffer(file.outputStream);
}
