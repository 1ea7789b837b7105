// Files may come packed by gzip (RFC 1952). Invariant: what a small file unpacks to is bounded, and nothing of it is held.

import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { invalidFile } from "./faults.ts";
import { tooLarge } from "./limit.ts";

/** Two bytes that begin neither UTF-8 text nor an IDX file. */
const MAGIC = [0x1f, 0x8b] as const;

/**
 * @returns the bytes as they are, or unpacked where they are packed
 * @throws EngramError `dataset-invalid` for a damaged file, `body-too-large`
 */
export async function* unpacked(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const start = await startOf(iterator);
  const whole = joined(start, iterator);
  if (!MAGIC.every((byte, at) => start[at] === byte)) {
    yield* whole;
    return;
  }
  let bytes = 0;
  for await (const chunk of gunzipped(whole)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

/** The first two bytes at least, unless there are fewer. */
async function startOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < MAGIC.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  return start;
}

async function* joined(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (start.length > 0) yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Its failures come out of the loop.
  const unpacking = pipeline(Readable.from(chunks, { objectMode: false }), createGunzip(), () => {});
  try {
    yield* unpacking;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw invalidFile(`The file is packed by gzip, and damaged: ${error.message}.`, { cause: error });
  }
}

const isZlibError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
