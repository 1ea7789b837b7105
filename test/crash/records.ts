// What lies in the database, read with SQL of our own.

import type { Pool } from "pg";

export type BrainRecord = {
  readonly uid: string;
  readonly id: string;
  readonly isHidden: boolean;
  readonly kind: string;
  readonly config: unknown;
  readonly seq: number;
  readonly step: number;
  readonly mode: string;
  readonly labels: readonly string[];
};

export type EventRecord = {
  readonly seq: number;
  readonly type: string;
  readonly payload: Buffer;
  readonly crc32: number;
};

export type CheckpointRecord = {
  readonly id: string;
  readonly seq: number;
  readonly step: number;
  readonly mode: string;
  readonly labels: readonly string[];
  readonly header: Buffer;
  readonly byteLength: number;
  readonly hashes: Buffer;
  readonly digest: string;
};

export type ChunkRecord = { readonly hash: Buffer; readonly codec: number; readonly data: Buffer };
export type TrackedRecord = { readonly id: string; readonly settledSeq: number | null };

/** Every table whose rows belong to a brain. */
const OWNED = ["event", "checkpoint", "chunk", "tracked_prediction"];

export class Records {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  brains(): Promise<BrainRecord[]> {
    return this.#all(
      `SELECT uid, id, is_hidden AS "isHidden", kind, config, seq::int, step::int, mode, labels FROM brain`,
    );
  }

  events(uid: string, afterSeq: number): Promise<EventRecord[]> {
    const columns = "seq::int, type, payload, crc32::float8";
    return this.#all(`SELECT ${columns} FROM event WHERE brain_uid = $1 AND seq > $2 ORDER BY seq`, [uid, afterSeq]);
  }

  checkpoints(uid: string): Promise<CheckpointRecord[]> {
    const columns = `id, seq::int, step::int, mode, labels, header, byte_length::int AS "byteLength", hashes, digest`;
    return this.#all(`SELECT ${columns} FROM checkpoint WHERE brain_uid = $1`, [uid]);
  }

  chunks(uid: string): Promise<ChunkRecord[]> {
    return this.#all("SELECT hash, codec, data FROM chunk WHERE brain_uid = $1", [uid]);
  }

  tracked(uid: string): Promise<TrackedRecord[]> {
    const columns = `id, settled_seq::int AS "settledSeq"`;
    return this.#all(`SELECT ${columns} FROM tracked_prediction WHERE brain_uid = $1`, [uid]);
  }

  /** @returns the tables that hold rows of brains that are not there */
  async orphaned(): Promise<string[]> {
    const found = await Promise.all(
      OWNED.map((table) =>
        this.#all<{ count: number }>(
          `SELECT count(*)::int AS count FROM ${table} WHERE brain_uid NOT IN (SELECT uid FROM brain)`,
        ),
      ),
    );
    return OWNED.filter((_, index) => found[index]![0]!.count > 0);
  }

  async #all<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, values)).rows;
  }
}
