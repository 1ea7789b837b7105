// The service: what routes and curricula call.

import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { DamagedChunk, type DatasetChunks } from "../store/dataset-chunks.ts";
import type { DatasetRow, DatasetTable } from "../store/dataset-table.ts";
import { KeyedLock } from "../store/keyed-lock.ts";
import type { DatasetInfo, Datasets, NewDataset, OpenDataset, SamplesAnswer, SamplesRequest } from "./api.ts";
import { arrive, type ReadSamples } from "./arrival.ts";
import { infoOf } from "./dataset-info.ts";
import { LocalSamples } from "./local-samples.ts";
import { OpenDatasets } from "./open-datasets.ts";
import { samplesOf } from "./preview.ts";

export type DatasetParts = {
  readonly database: Pick<Database, "room" | "reclaim">;
  readonly table: DatasetTable;
  readonly chunks: DatasetChunks;
  readonly readSamples: ReadSamples;
  /** Who needs a dataset, each in some words: then it stays. */
  readonly usersOf: (id: string) => Promise<readonly string[]>;
  readonly scratchDir: string;
  readonly maxDatasetMb: number;
  readonly logger: Logger;
};

const MIB = 1024 * 1024;

export class DatasetService implements Datasets {
  readonly #parts: DatasetParts;
  readonly #open = new OpenDatasets();
  /** By the dataset's id: who deletes one, and who is about to need it. */
  readonly #holds = new KeyedLock();
  readonly #closing = new AbortController();
  readonly #arriving = new Set<Promise<unknown>>();

  constructor(parts: DatasetParts) {
    this.#parts = parts;
  }

  async put(upload: NewDataset): Promise<{ readonly dataset: DatasetInfo; readonly isNew: boolean }> {
    const { database, maxDatasetMb, ...parts } = this.#parts;
    const arriving = arrive(
      upload,
      { ...parts, room: database.room, maxBytes: maxDatasetMb * MIB },
      this.#closing.signal,
    );
    this.#arriving.add(arriving);
    try {
      const { row, isNew } = await arriving;
      return { dataset: infoOf(row), isNew };
    } finally {
      this.#arriving.delete(arriving);
    }
  }

  async list(page: { readonly limit: number; readonly cursor?: string }) {
    const { rows, nextCursor } = await this.#parts.table.list(page);
    return { datasets: rows.map(infoOf), nextCursor };
  }

  async get(id: string): Promise<DatasetInfo> {
    return infoOf(await this.#rowOf(id));
  }

  async samples(id: string, request: SamplesRequest): Promise<SamplesAnswer> {
    const row = await this.#rowOf(id);
    return this.#sound(row, () => samplesOf(row.uid, infoOf(row), request, this.#parts.chunks));
  }

  holding<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    // In one order, so that nobody waits for who waits for them.
    const inOrder = [...new Set(ids)].sort();
    return inOrder.reduceRight((next, id) => () => this.#holds.run(id, next), work)();
  }

  remove(id: string): Promise<void> {
    return this.#holds.run(id, () => this.#remove(id));
  }

  async #remove(id: string): Promise<void> {
    const { table, usersOf, database } = this.#parts;
    const { uid } = await this.#rowOf(id);
    const [user, ...others] = await usersOf(id);
    if (user !== undefined) {
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      throw new EngramError("dataset-in-use", `Dataset "${id}" is needed by ${user}${more}.`);
    }
    await table.remove(uid);
    await database.reclaim();
  }

  async open(id: string): Promise<OpenDataset> {
    const { chunks, scratchDir } = this.#parts;
    const row = await this.#rowOf(id);
    return this.#open.open(row.uid, () =>
      this.#sound(row, () => LocalSamples.copy(infoOf(row), chunks.read(row.uid), scratchDir)),
    );
  }

  /** Waits until uploads under way have failed, and closes what is open. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#arriving);
    await this.#open.close();
  }

  async #rowOf(id: string): Promise<DatasetRow> {
    const row = await this.#parts.table.find(id);
    if (row === null) throw notFound(id);
    return row;
  }

  /** Runs `read`, to which samples that are deleted meanwhile look like damage. */
  async #sound<T>({ uid, id }: DatasetRow, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DamagedChunk)) throw error;
      const now = await this.#parts.table.find(id);
      if (now?.uid !== uid) throw notFound(id);
      throw new EngramError("dataset-damaged", `Dataset "${id}" cannot be read: ${error.message}.`, [], {
        cause: error,
      });
    }
  }
}

const notFound = (id: string): EngramError =>
  new EngramError("dataset-not-found", `There is no dataset ${JSON.stringify(id)}.`);
