// How an upload becomes a dataset: read, cut, written behind a hidden row, and revealed at the end. Invariant: of an upload that fails nobody ever
// sees anything; what it leaves in the database is removed at once, or as abandoned.

import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { DatasetChunks, SampleChunk } from "../store/dataset-chunks.ts";
import type { ArrivedDataset, DatasetRow, DatasetTable } from "../store/dataset-table.ts";
import type { DatasetFormat, NewDataset, ReadingOptions } from "./api.ts";
import type { SampleBatch } from "./formats/sample.ts";
import { Gathering } from "./gathering.ts";
import { Upload, type UploadFile } from "./upload.ts";

/** Reads a file of some format. @throws EngramError `dataset-invalid`, `validation` */
export type ReadSamples = (
  format: DatasetFormat,
  files: AsyncIterable<UploadFile>,
  options: ReadingOptions & { readonly maxBytes: number; readonly scratchDir: string },
) => AsyncIterable<SampleBatch>;

export type ArrivalParts = {
  readonly table: DatasetTable;
  readonly chunks: DatasetChunks;
  readonly room: Pick<Database["room"], "run">;
  readonly readSamples: ReadSamples;
  readonly scratchDir: string;
  /** Of an upload, and of a dataset as it is kept. */
  readonly maxBytes: number;
  readonly logger: Logger;
};

/** @returns the dataset, and whether it was not there before. @throws EngramError as `Datasets.put` */
export async function arrive(
  upload: NewDataset,
  parts: ArrivalParts,
  signal: AbortSignal,
): Promise<{ readonly row: DatasetRow; readonly isNew: boolean }> {
  const { table, room } = parts;
  const known = await table.find(upload.id);
  // What is there already need not be written again: only whether it is the same has to be found out.
  if (known !== null) return { row: sameAs(known, await read(upload, parts, signal)), isNew: false };
  const uid = randomUUID();
  await room.run(() => table.insertHidden(uid));
  let arrived: ArrivedDataset;
  try {
    arrived = await read(upload, parts, signal, (chunk) => parts.chunks.add(uid, chunk));
  } catch (error) {
    await discard(uid, parts);
    throw error;
  }
  return reveal(uid, arrived, parts);
}

/** When the answer to it is lost the row may be visible, so that it must not be removed then. */
async function reveal(uid: string, arrived: ArrivedDataset, parts: ArrivalParts) {
  const { table } = parts;
  for (;;) {
    const revealed = await table.reveal(uid, arrived);
    if (revealed !== null) return { row: revealed, isNew: true };
    const quicker = await table.find(arrived.id);
    if (quicker === null) continue; // removed again meanwhile
    await discard(uid, parts);
    return { row: sameAs(quicker, arrived), isNew: false };
  }
}

async function read(
  { id, name = null, format, options, files }: NewDataset,
  { readSamples, scratchDir, maxBytes }: ArrivalParts,
  signal: AbortSignal,
  write?: (chunk: SampleChunk) => Promise<void>,
): Promise<ArrivedDataset> {
  const upload = new Upload(files, maxBytes);
  const gathering = new Gathering(maxBytes);
  for await (const batch of readSamples(format, upload.files(), { ...options, maxBytes, scratchDir })) {
    if (signal.aborted) throw new EngramError("shutting-down", "The server stopped before the upload was kept.");
    for (const chunk of gathering.add(batch)) await write?.(chunk);
  }
  for (const chunk of gathering.rest()) await write?.(chunk);
  return { id, name, ...gathering.end(), source: { format, bytes: upload.bytes } };
}

/** @throws EngramError `dataset-exists` */
function sameAs(known: DatasetRow, { digest }: ArrivedDataset): DatasetRow {
  if (known.digest === digest) return known;
  const detail = `There is a dataset "${known.id}" already, with other samples (digest ${known.digest}; those sent have ${digest}).`;
  throw new EngramError("dataset-exists", detail);
}

async function discard(uid: string, { table, logger }: ArrivalParts): Promise<void> {
  await table.remove(uid).catch((error: unknown) => logger.debug({ err: error }, "unfinished upload not removed yet"));
}
