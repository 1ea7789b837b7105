// Reads samples from bytes in memory, as if they arrived from somewhere.

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetFormat, ReadingOptions } from "../../src/datasets/api.ts";
import { readSamples, type SampleHead } from "../../src/datasets/formats/index.ts";
import { EngramError } from "../../src/errors.ts";

export type Read = { readonly head: SampleHead; readonly labels: string[]; readonly items: Uint8Array[] };

export type Given = Uint8Array | string;

export type How = ReadingOptions & {
  readonly maxBytes?: number;
  /** In pieces of so many bytes; in one when absent. */
  readonly pieceBytes?: number;
};

/** @param given one file, or files by name */
export async function read(format: DatasetFormat, given: Given | Record<string, Given>, how: How = {}): Promise<Read> {
  const { maxBytes = 1024 * 1024 * 1024, pieceBytes = Number.POSITIVE_INFINITY, ...options } = how;
  const named = typeof given === "string" || given instanceof Uint8Array ? { file: given } : given;
  const scratchDir = await mkdtemp(join(tmpdir(), "engram-formats-"));
  try {
    const reading = { ...options, maxBytes, scratchDir };
    return await gathered(readSamples(format, filesOf(named, pieceBytes), reading)).finally(async () => {
      assert.deepEqual(await readdir(scratchDir), [], "nothing is left behind");
    });
  } finally {
    await rm(scratchDir, { recursive: true });
  }
}

async function gathered(batches: ReturnType<typeof readSamples>): Promise<Read> {
  let head: SampleHead | undefined;
  const labels: string[] = [];
  const items: Uint8Array[] = [];
  for await (const batch of batches) {
    if (batch.items.length === 0 || batch.items.length !== batch.labels.length) throw new Error("a lame batch");
    const bytes = batch.items.reduce((sum, item) => sum + item.length, 0);
    if (bytes > 256 * 1024 && batch.items.length > 1) throw new Error(`a batch of ${bytes} bytes`);
    head ??= batch.head;
    labels.push(...batch.labels);
    // Copied, as a taker may let go of the batch.
    items.push(...batch.items.map((item) => new Uint8Array(item)));
  }
  if (head === undefined) throw new Error("no batch");
  return { head, labels, items };
}

async function* filesOf(named: Record<string, Given>, pieceBytes: number) {
  for (const [name, file] of Object.entries(named)) {
    const bytes = Buffer.from(file);
    yield { name, byteLength: null, bytes: cut(bytes, Math.min(pieceBytes, Math.max(1, bytes.length))) };
  }
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** The error's code and message, and where it points. */
export async function refusal(
  format: DatasetFormat,
  given: Given | Record<string, Given>,
  how: How = {},
): Promise<{
  readonly code: string;
  readonly message: string;
  readonly pointers: string[];
  readonly details: string[];
}> {
  try {
    await read(format, given, how);
  } catch (error) {
    if (!(error instanceof EngramError)) throw error;
    const { code, message, fields } = error;
    return {
      code,
      message,
      pointers: fields.map((field) => field.pointer),
      details: fields.map((field) => field.detail),
    };
  }
  throw new Error("was read");
}

/** A sample of features as numbers. */
export const numbersOf = (item: Uint8Array | undefined): number[] =>
  Array.from(new Float32Array(new Uint8Array(item ?? []).buffer));

/** Samples that are texts. */
export const textsOf = (items: readonly Uint8Array[]): string[] => items.map((item) => Buffer.from(item).toString());
