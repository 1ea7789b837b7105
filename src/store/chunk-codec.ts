// How a chunk's bytes are stored: brotli where that pays, as they are otherwise. Dense floats do not compress, sparse ones shrink sixfold.

import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";

export const RAW = 0;
const BROTLI = 1;

export type EncodedChunk = {
  readonly codec: typeof RAW | typeof BROTLI;
  readonly rawLength: number;
  readonly data: Buffer;
};

/** Compression has to save 15 % to be worth undoing at every read. */
const WORTHWHILE = 0.85;
/** The fastest: higher ones cost ten times as much and save little on floats. */
const QUALITY = 1;

// Both run on libuv's threads.
const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Encodes chunks that lie side by side in a file; when compression does not pay for the first, the others are not tried. */
export async function encodeChunks(chunks: readonly Buffer[]): Promise<EncodedChunk[]> {
  const [sample, ...others] = chunks;
  if (sample === undefined) return [];
  const first = await encode(sample);
  const rest = first.codec === RAW ? others.map(raw) : await Promise.all(others.map(encode));
  return [first, ...rest];
}

/** @throws when the data is not what `encodeChunks` made of `rawLength` bytes */
export async function decodeChunk(codec: number, rawLength: number, data: Buffer): Promise<Buffer> {
  return codec === BROTLI ? decompress(data, { maxOutputLength: Math.max(1, rawLength) }) : data;
}

async function encode(chunk: Buffer): Promise<EncodedChunk> {
  const data = await compress(chunk, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  return data.length <= chunk.length * WORTHWHILE ? { codec: BROTLI, rawLength: chunk.length, data } : raw(chunk);
}

const raw = (data: Buffer): EncodedChunk => ({ codec: RAW, rawLength: data.length, data });
