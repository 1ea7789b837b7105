// Uploads for tests of datasets below HTTP: samples that are read from nowhere, a sample at a time.

import type { DatasetKind, NewDataset } from "../../src/datasets/api.ts";
import type { SampleBatch } from "../../src/datasets/formats/sample.ts";

export type Sample = readonly [label: string, item: Uint8Array];

export const f32Item = (...numbers: number[]): Uint8Array => new Uint8Array(Float32Array.from(numbers).buffer);
export const textItem = (text: string): Uint8Array => new TextEncoder().encode(text);

/** @returns `count` samples of two features, of three classes in turn: the same for the same number */
export const someFeatures = (count: number, shift = 0): Sample[] =>
  Array.from({ length: count }, (_, row) => [`class-${row % 3}`, f32Item(row + shift, Math.sin(row))]);

/** @param size samples of each batch */
export async function* batchesOf(
  samples: readonly Sample[],
  kind: DatasetKind = "features",
  shape: readonly number[] | null = [2],
  size = 100,
): AsyncGenerator<SampleBatch> {
  for (let from = 0; from < samples.length; from += size) {
    const some = samples.slice(from, from + size);
    yield { head: { kind, shape }, labels: some.map(([label]) => label), items: some.map(([, item]) => item) };
  }
}

/** A body in pieces. */
export async function* piecesOf(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === "string" ? textItem(piece) : piece;
}

/** An upload of one file, whose bytes say nothing. */
export async function* emptyFile(): NewDataset["files"] {
  yield { name: "body", byteLength: null, bytes: piecesOf("x") };
}
