// Reads labelled samples from a file of any format. Invariants: little is held at a time, however large the file; what comes out does not depend
// on how the bytes were cut on their way; nothing stays behind.

import type { ArrivingFile } from "../../byte-source.ts";
import { invalid } from "../../errors.ts";
import type { DatasetFormat, ReadingOptions } from "../api.ts";
import { readCsv } from "./csv.ts";
import { invalidFile } from "./faults.ts";
import { unpacked } from "./gunzip.ts";
import { readIdx } from "./idx.ts";
import { readJsonLines } from "./jsonl.ts";
import { arriving } from "./pieces.ts";
import { readSafetensors } from "./safetensors.ts";
import type { SampleBatch } from "./sample.ts";
import { readZip } from "./zip.ts";

export type { SampleBatch, SampleHead } from "./sample.ts";

type NamedFile = ArrivingFile & { readonly name: string };

export type Reading = ReadingOptions & {
  /** Of what a file unpacks to. */
  readonly maxBytes: number;
  /** Where files may be made, each of which is gone when its reader is. */
  readonly scratchDir: string;
};

/**
 * @param files one; of `idx` the samples and their labels
 * @returns at least one batch of at least one sample; all of one head
 * @throws EngramError `dataset-invalid` with lines, entries or rows; `validation` where an option does not fit; `body-too-large`; `bad-request`
 *   when the sender breaks off
 */
export async function* readSamples(
  format: DatasetFormat,
  files: AsyncIterable<NamedFile>,
  reading: Reading,
): AsyncGenerator<SampleBatch> {
  checkOptions(format, reading);
  yield* readerOf(format, files, reading);
}

function readerOf(
  format: DatasetFormat,
  files: AsyncIterable<NamedFile>,
  reading: Reading,
): AsyncGenerator<SampleBatch> {
  switch (format) {
    case "csv":
      return readCsv(unpacked(only(files), reading.maxBytes), reading);
    case "jsonl":
      return readJsonLines(unpacked(only(files), reading.maxBytes), reading);
    case "safetensors":
      return readSafetensors(only(files), reading);
    case "idx":
      return readIdx(files, reading);
    case "zip":
      return readZip(only(files), reading);
  }
}

/** The bytes of the one file that there must be. */
async function* only(files: AsyncIterable<NamedFile>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const { bytes } of arriving(files)) {
    if (!isFirst) throw invalidFile("There are several files; a dataset of this format is one.");
    isFirst = false;
    yield* arriving(bytes);
  }
  if (isFirst) throw invalidFile("There is no file.");
}

function checkOptions(format: DatasetFormat, { labelColumn, textColumn }: ReadingOptions): void {
  if (format === "csv") return;
  if (labelColumn !== undefined) throw invalid("?labelColumn", "goes with a CSV file");
  if (textColumn !== undefined) throw invalid("?textColumn", "goes with a CSV file");
}
