// The datasets that exist: what each is; its samples lie in dataset-chunks.ts. Invariant: a dataset that is visible has all of its samples and
// never changes: it arrives hidden, and one statement reveals it.

import { answered } from "./answered.ts";
import { Prisma, type PrismaClient } from "./generated/prisma/client.ts";
import type { DatasetModel } from "./generated/prisma/models/Dataset.ts";
import { hasCode } from "./has-code.ts";
import { after, OLDEST_FIRST, type PageRequest, pageOf, type Rows } from "./pages.ts";
import { toNumber } from "./stored-values.ts";

export type DatasetRow = {
  /** Names the dataset in all tables; never used again. */
  readonly uid: string;
  /** The slug that clients see; free again once the dataset is removed. */
  readonly id: string;
  readonly name: string | null;
  readonly kind: string;
  /** How many samples. */
  readonly rows: number;
  readonly shape: readonly number[] | null;
  /** Class names, in the order of their indexes. */
  readonly labels: readonly string[];
  /** Samples of each class. */
  readonly counts: readonly number[];
  /** All samples, before they are packed. */
  readonly byteLength: number;
  readonly digest: string;
  readonly source: { readonly format: string; readonly bytes: number };
  readonly createdAt: Date;
};

/** What is known of a dataset once it has arrived. */
export type ArrivedDataset = Omit<DatasetRow, "uid" | "createdAt">;

/** Far longer than any dataset takes to arrive: what is older arrives no more. */
const ARRIVAL_MS = 60 * 60_000;

const NO_SUCH_ROW = "P2025";
const NOT_UNIQUE = "P2002";

/** Every method throws EngramError `database-unavailable` when the database is away, `storage-full` when it has no room. */
export class DatasetTable {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Begins a dataset that nobody sees until `reveal`. */
  async insertHidden(uid: string): Promise<void> {
    // Not a slug: no client can name it.
    const data = { uid, id: `.${uid}`, kind: "", rows: 0, byteLength: 0, digest: "", source: {}, isHidden: true };
    await answered(this.#prisma.dataset.create({ data }));
  }

  /** Shows a hidden dataset, all of whose samples are written. @returns null when its id is taken: it stays hidden then */
  async reveal(uid: string, { labels, counts, shape, ...arrived }: ArrivedDataset): Promise<DatasetRow | null> {
    const data = {
      ...arrived,
      labels: [...labels],
      counts: [...counts],
      shape: shape === null ? Prisma.DbNull : [...shape],
      isHidden: false,
      createdAt: new Date(),
    };
    try {
      return toRow(await answered(this.#prisma.dataset.update({ where: { uid, isHidden: true }, data })));
    } catch (error) {
      if (hasCode(error, NOT_UNIQUE)) return null;
      if (hasCode(error, NO_SUCH_ROW)) throw new Error(`the hidden dataset ${uid} is gone`, { cause: error });
      throw error;
    }
  }

  async find(id: string): Promise<DatasetRow | null> {
    const model = await answered(this.#prisma.dataset.findUnique({ where: { id, isHidden: false } }));
    return model === null ? null : toRow(model);
  }

  /**
   * Datasets in the order of their creation, newest last.
   * @throws EngramError `validation` for a cursor that is not ours
   */
  async list({ limit, cursor }: PageRequest): Promise<Rows<DatasetRow>> {
    const models = await answered(
      this.#prisma.dataset.findMany({
        where: { isHidden: false, ...(cursor === undefined ? {} : after(cursor)) },
        orderBy: OLDEST_FIRST,
        take: limit + 1,
      }),
    );
    return pageOf(models, limit, toRow);
  }

  /**
   * Removes a dataset with its samples, hidden ones too. It is gone for everybody at once; what is left when the database goes away meanwhile
   * is removed as abandoned.
   * @returns whether there was one
   */
  async remove(uid: string): Promise<boolean> {
    const data = { id: `.${uid}`, isHidden: true, createdAt: new Date(0) };
    const { count } = await answered(this.#prisma.dataset.updateMany({ where: { uid }, data }));
    await this.#purge(uid).catch(() => {});
    return count > 0;
  }

  /** Removes datasets that began to arrive long ago and never did. @returns how many there were */
  async removeAbandoned(): Promise<number> {
    const where = { isHidden: true, createdAt: { lt: new Date(Date.now() - ARRIVAL_MS) } };
    const abandoned = await answered(this.#prisma.dataset.findMany({ where, select: { uid: true } }));
    for (const { uid } of abandoned) await this.#purge(uid);
    return abandoned.length;
  }

  /** Deletes a hidden dataset in pieces: one statement would make the database log, and block, as much as the dataset is large. */
  async #purge(uid: string): Promise<void> {
    while ((await answered(this.#prisma.$executeRawUnsafe(DELETE_CHUNKS, uid))) > 0);
    await answered(this.#prisma.dataset.deleteMany({ where: { uid } }));
  }
}

/** 4 MiB, as most chunks are cut. */
const DELETE_CHUNKS = `
DELETE FROM dataset_chunk WHERE dataset_uid = $1::uuid
AND index IN (SELECT index FROM dataset_chunk WHERE dataset_uid = $1::uuid LIMIT 16)`;

const toRow = ({ shape, source, isHidden: _, ...model }: DatasetModel): DatasetRow => ({
  ...model,
  // Both columns are written by `reveal` alone, which takes these types.
  shape: shape as DatasetRow["shape"],
  source: source as DatasetRow["source"],
  byteLength: toNumber(model.byteLength),
});
