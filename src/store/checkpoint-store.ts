// Checkpoints: a brain's whole state at one `seq`, as the header of a safetensors file and a list of chunks that make up its body.
// Invariant: a checkpoint's row is written after all of its chunks, and chunks go only when no row names them, so that a row that is
// there can be read whole. A crash in between leaves chunks without a row, which the next `collect` removes.

import type { Mode } from "../brain/config.ts";
import type { Shape } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import { answered } from "./answered.ts";
import { ChunkTable, type Collected, HASH_BYTES, type ReadChunk } from "./chunk-table.ts";
import { badCursor, cursorDate, decodeCursor, encodeCursor } from "./cursor.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/prisma/client.ts";
import type { CheckpointModel } from "./generated/prisma/models/Checkpoint.ts";
import { isKeyTaken, type KeyFor, keyData, keyTaken } from "./idempotency-keys.ts";
import { KeyedLock } from "./keyed-lock.ts";
import type { PageRequest, Rows } from "./pages.ts";
import type { Readers } from "./readers.ts";
import { toMode, toNumber, toOneOf, toTunedShape } from "./stored-values.ts";

export const CHECKPOINT_REASONS = ["requested", "automatic", "restored", "merged"] as const;
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number];

/** What a list says of a checkpoint. */
export type CheckpointSummary = {
  readonly id: string;
  readonly brainUid: string;
  readonly seq: number;
  readonly step: number;
  readonly mode: Mode;
  readonly labels: readonly string[];
  /** Null in checkpoints from before brains had one: then what the brain's configuration says. */
  readonly shape: Shape | null;
  readonly name: string | null;
  readonly reason: CheckpointReason;
  /** The whole safetensors file, header and all. */
  readonly byteLength: number;
  /** Over the state, hexadecimal. */
  readonly digest: string;
  readonly createdAt: Date;
};

export type CheckpointRow = CheckpointSummary & {
  /** The file's first bytes: 8 of length, then the JSON header. */
  readonly header: Uint8Array;
  /** Bytes of the longest chunk of the body; others may be shorter, as the writer cut them. */
  readonly chunkBytes: number;
  /** SHA-256 of each chunk, n × 32 bytes, in order. */
  readonly hashes: Uint8Array;
};

/** Made now, unless it says when. */
export type NewCheckpoint = Omit<CheckpointRow, "brainUid" | "createdAt"> & { readonly createdAt?: Date };

/** One whose chunks are stored, and whose row is still to be written. */
export type ReadyCheckpoint = { readonly row: NewCheckpoint };

type CheckpointsRequest = PageRequest & { readonly reason?: CheckpointReason | undefined };

/** Every method throws EngramError `database-unavailable` when the database is away. */
export class CheckpointStore {
  readonly #prisma: Database["prisma"];
  readonly #chunks: ChunkTable;
  /** `collect` must not remove a chunk that a checkpoint in the making has found there. */
  readonly #lock = new KeyedLock();

  constructor({ pool, prisma }: Pick<Database, "pool" | "prisma">) {
    this.#prisma = prisma;
    this.#chunks = new ChunkTable(pool);
  }

  /**
   * Writes a checkpoint; chunks that the brain has already cost nothing and are not read.
   * @param readChunk gives chunk `index` of the body, all of the same state
   * @param keyFor gives the key under which the call may be sent again
   * @throws EngramError `idempotency-in-progress` when another server has committed the key
   */
  write(
    brainUid: string,
    checkpoint: NewCheckpoint,
    readChunk: ReadChunk,
    keyFor?: KeyFor<CheckpointSummary>,
  ): Promise<CheckpointRow> {
    const { header, hashes, chunkBytes, byteLength } = checkpoint;
    const chunks = hashes.length / HASH_BYTES;
    if (!Number.isInteger(chunks) || chunks * chunkBytes < byteLength - header.length) {
      throw new RangeError(
        `CheckpointStore.write: ${chunks} chunks of ${chunkBytes} bytes cannot hold ${byteLength} bytes`,
      );
    }
    return this.#lock.run(brainUid, async () => {
      await this.#chunks.addMissing(brainUid, checkpoint, readChunk);
      const data = {
        ...checkpoint,
        brainUid,
        labels: [...checkpoint.labels],
        shape: checkpoint.shape ?? Prisma.DbNull,
        header: copy(header),
        hashes: copy(hashes),
        createdAt: checkpoint.createdAt ?? new Date(),
      };
      const creating = this.#prisma.checkpoint.create({ data });
      if (keyFor === undefined) return toRow(await answered(creating));
      const key = keyFor({ ...checkpoint, brainUid, createdAt: data.createdAt });
      const keeping = this.#prisma.idempotencyKey.create({ data: keyData(brainUid, key) });
      try {
        const [model] = await answered(this.#prisma.$transaction([creating, keeping]));
        return toRow(model);
      } catch (error) {
        throw isKeyTaken(error) ? keyTaken(error) : error;
      }
    });
  }

  /**
   * Stores a checkpoint's chunks and has `commit` write its row, before anybody could take them for left over.
   * @param readChunk as in `write`
   */
  ready<T>(
    brainUid: string,
    checkpoint: NewCheckpoint,
    readChunk: ReadChunk,
    commit: (ready: ReadyCheckpoint) => Promise<T>,
  ): Promise<T> {
    return this.#lock.run(brainUid, async () => {
      await this.#chunks.addMissing(brainUid, checkpoint, readChunk);
      return commit({ row: checkpoint });
    });
  }

  async find(brainUid: string, id: string): Promise<CheckpointRow | null> {
    if (!UUID.test(id)) return null;
    const model = await answered(this.#prisma.checkpoint.findUnique({ where: { id, brainUid } }));
    return model && toRow(model);
  }

  /** Whether no checkpoint of any brain has this id. */
  async isFree(id: string): Promise<boolean> {
    return (await answered(this.#prisma.checkpoint.count({ where: { id } }))) === 0;
  }

  /** @returns the newest checkpoint, of those at or before `atMostSeq` when that is given */
  async latest(brainUid: string, atMostSeq?: number): Promise<CheckpointRow | null> {
    const where = { brainUid, ...(atMostSeq === undefined ? {} : { seq: { lte: atMostSeq } }) };
    const model = await answered(this.#prisma.checkpoint.findFirst({ where, orderBy: NEWEST_FIRST }));
    return model && toRow(model);
  }

  /**
   * A brain's checkpoints, of one reason or all, newest first.
   * @throws EngramError `validation` for a cursor that is not ours
   */
  async list(brainUid: string, { limit, cursor, reason }: CheckpointsRequest): Promise<Rows<CheckpointSummary>> {
    const ofReason = reason === undefined ? {} : { reason };
    const where = { brainUid, ...ofReason, ...(cursor === undefined ? {} : before(cursor)) };
    const models = await answered(
      this.#prisma.checkpoint.findMany({
        where,
        orderBy: NEWEST_FIRST,
        take: limit + 1,
        omit: { header: true, hashes: true, chunkBytes: true },
      }),
    );
    const rows = models.slice(0, limit).map(toSummary);
    const last = rows.at(-1);
    const isMore = models.length > limit && last !== undefined;
    return { rows, nextCursor: isMore ? encodeCursor(last.seq, last.createdAt.toISOString(), last.id) : null };
  }

  /**
   * Removes a checkpoint; its chunks go with the next `collect`.
   * @returns whether there was one
   */
  async remove(brainUid: string, id: string): Promise<boolean> {
    if (!UUID.test(id)) return false;
    const { count } = await answered(this.#prisma.checkpoint.deleteMany({ where: { id, brainUid } }));
    return count > 0;
  }

  /**
   * Deletes the chunks that no checkpoint of the brain names, once nobody reads them. Their space is the caller's to give back.
   * @returns how many there were, and their bytes as they were stored
   */
  async collect(brainUid: string, readers: Readers): Promise<Collected> {
    for (;;) {
      // Not under the lock: a reader may take long, and a checkpoint in the making must not wait for it.
      await readers.left(brainUid);
      const collected = await this.#lock.run(brainUid, () =>
        readers.ifUnread(brainUid, () => this.#chunks.collect(brainUid)),
      );
      if (collected !== null) return collected;
    }
  }

  /** Whether all of a checkpoint's bytes seem to be there; whether they are right shows when they are read. */
  async isComplete({ brainUid, byteLength, header, ...list }: CheckpointRow): Promise<boolean> {
    return (await this.#chunks.measure(brainUid, list)) === byteLength - header.length;
  }

  /**
   * The body of a checkpoint's file, chunk by chunk.
   * @throws EngramError `brain-damaged` when a chunk is missing or not what its hash says
   */
  readChunks(checkpoint: CheckpointRow): AsyncIterable<Uint8Array> {
    return this.#chunks.read(checkpoint.brainUid, checkpoint);
  }

  /** Reads all of the checkpoint's bytes. @returns whether they are there and those that were written */
  async isSound(checkpoint: CheckpointRow): Promise<boolean> {
    try {
      for await (const _ of this.readChunks(checkpoint));
      return true;
    } catch (error) {
      if (error instanceof EngramError && error.code === "brain-damaged") return false;
      throw error;
    }
  }
}

// Ids come from clients; PostgreSQL refuses other text in a uuid column.
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const NEWEST_FIRST = [{ seq: "desc" as const }, { createdAt: "desc" as const }, { id: "desc" as const }];

function before(cursor: string) {
  const [lastSeq, time, lastId] = decodeCursor(cursor, ["number", "string", "string"]);
  const seq = Number(lastSeq);
  const createdAt = cursorDate(time);
  const id = String(lastId);
  if (!Number.isSafeInteger(seq) || !UUID.test(id)) throw badCursor();
  return {
    OR: [{ seq: { lt: seq } }, { seq, createdAt: { lt: createdAt } }, { seq, createdAt, id: { lt: id } }],
  };
}

type SummaryModel = Omit<CheckpointModel, "header" | "hashes" | "chunkBytes">;

const toSummary = (model: SummaryModel): CheckpointSummary => ({
  ...model,
  seq: toNumber(model.seq),
  step: toNumber(model.step),
  mode: toMode(model.mode),
  shape: toTunedShape(model.shape),
  reason: toOneOf(CHECKPOINT_REASONS, model.reason),
  byteLength: toNumber(model.byteLength),
});

const toRow = ({ header, hashes, chunkBytes, ...model }: CheckpointModel): CheckpointRow => ({
  ...toSummary(model),
  header,
  hashes,
  chunkBytes,
});

/** Prisma wants bytes on a memory of their own. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
