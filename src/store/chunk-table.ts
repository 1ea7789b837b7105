// Pieces of checkpoints, each found by the SHA-256 of its bytes. Invariants: a chunk's bytes have the hash that names it, checked when it
// is written and when it is read; memory holds 256 KiB of a state at a time.

import { createHash } from "node:crypto";
import type { Pool } from "pg";
import { answered } from "./answered.ts";
import { decodeChunk, encodeChunks, RAW } from "./chunk-codec.ts";
import { brainDamaged, toNumber } from "./stored-values.ts";

export const HASH_BYTES = 32;
/** Rows of so many bytes together: larger statements hold up the calls beside them, smaller ones cost round trips. */
const STATEMENT_BYTES = 256 * 1024;
/** What is deleted is logged nearly as large as it is. */
const COLLECTED_AT_ONCE = 128;

/** Which chunks make up a state, in order. */
export type ChunkList = { readonly chunkBytes: number /** n × 32 bytes */; readonly hashes: Uint8Array };
export type Collected = { readonly chunks: number; readonly bytes: number };
export type ReadChunk = (index: number) => Promise<Uint8Array>;

export class ChunkTable {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Stores those of the chunks that the brain lacks.
   * @param readChunk asked for these alone, in ascending order, for 256 KiB at a time
   * @returns how many were written
   */
  async addMissing(brainUid: string, { chunkBytes, hashes }: ChunkList, readChunk: ReadChunk): Promise<number> {
    const { rows } = await answered(
      this.#pool.query<{ index: number }>(MISSING, [brainUid, buffer(hashes), HASH_BYTES]),
    );
    for (const group of grouped(rows, chunkBytes)) {
      const wanted = group.map(({ index }) => hashAt(hashes, index));
      const chunks = await Promise.all(
        group.map(async ({ index }) => {
          const chunk = buffer(await readChunk(index));
          if (!hasHash(chunk, hashAt(hashes, index))) throw new Error(`chunk ${index} changed after it was hashed`);
          return chunk;
        }),
      );
      const encoded = await encodeChunks(chunks);
      const values = encoded.flatMap(({ codec, rawLength, data }, i) => [wanted[i], codec, rawLength, data]);
      await answered(this.#pool.query(INSERT + tuples(group.length) + ON_CONFLICT, [brainUid, ...values]));
    }
    return rows.length;
  }

  /**
   * Looks whether all chunks are there, at their lengths, without reading any.
   * @returns how many bytes they make, null when one is missing or cut short
   */
  async measure(brainUid: string, { hashes }: ChunkList): Promise<number | null> {
    const { rows } = await answered(
      this.#pool.query<{ bytes: string; damaged: string }>(MEASURE, [brainUid, buffer(hashes), HASH_BYTES, RAW]),
    );
    const [row] = rows;
    return row === undefined || toNumber(row.damaged) > 0 ? null : toNumber(row.bytes);
  }

  /**
   * The chunks in order, each as it was written.
   * @throws EngramError `brain-damaged` when one is missing or not what its hash says; every such chunk of the list is removed then, so
   * that the next checkpoint writes it again instead of taking it for sound
   */
  async *read(brainUid: string, list: ChunkList): AsyncIterable<Uint8Array> {
    for await (const { index, chunk, isStored } of this.#stored(brainUid, list)) {
      if (chunk === null) {
        await this.#removeDamaged(brainUid, list);
        const what = isStored ? "does not match its hash" : "is missing";
        throw await brainDamaged(this.#pool, brainUid, `chunk ${index} of a checkpoint ${what}`);
      }
      yield chunk;
    }
  }

  async #removeDamaged(brainUid: string, list: ChunkList): Promise<void> {
    for await (const { hash, chunk } of this.#stored(brainUid, list)) {
      if (chunk === null) await answered(this.#pool.query(DELETE, [brainUid, hash]));
    }
  }

  /** Each chunk of the list with its bytes, or null where they are missing or not what the hash says. */
  async *#stored(brainUid: string, { chunkBytes, hashes }: ChunkList) {
    const indexes = Array.from({ length: hashes.length / HASH_BYTES }, (_, index) => index);
    for (const group of grouped(indexes, chunkBytes)) {
      const wanted = group.map((index) => hashAt(hashes, index));
      const places = wanted.map((_, i) => `$${i + 2}`);
      const { rows } = await answered(this.#pool.query<ChunkColumns>(`${SELECT}(${places})`, [brainUid, ...wanted]));
      const byHash = new Map(rows.map((row) => [row.hash.toString("latin1"), row]));
      for (const [i, hash] of wanted.entries()) {
        const row = byHash.get(hash.toString("latin1"));
        const bytes =
          row && (await decodeChunk(row.codec, row.raw_length, Buffer.concat([row.head, row.tail])).catch(() => null));
        const chunk = bytes && hasHash(bytes, hash) ? bytes : null;
        yield { index: group[i] ?? 0, hash, chunk, isStored: row !== undefined };
      }
    }
  }

  /**
   * Deletes the chunks that no checkpoint of the brain names.
   * @returns how many there were, and their bytes as they were stored
   */
  async collect(brainUid: string): Promise<Collected> {
    const collected = { chunks: 0, bytes: 0 };
    for (let chunks = COLLECTED_AT_ONCE; chunks === COLLECTED_AT_ONCE; collected.chunks += chunks) {
      const { rows } = await answered(
        this.#pool.query<{ chunks: string; bytes: string }>(COLLECT, [brainUid, HASH_BYTES, COLLECTED_AT_ONCE]),
      );
      chunks = toNumber(rows[0]?.chunks ?? "0");
      collected.bytes += toNumber(rows[0]?.bytes ?? "0");
    }
    return collected;
  }
}

function* grouped<T>(items: readonly T[], chunkBytes: number): Iterable<readonly T[]> {
  const size = Math.max(1, Math.floor(STATEMENT_BYTES / chunkBytes));
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

type ChunkColumns = { hash: Buffer; codec: number; raw_length: number; head: Buffer; tail: Buffer };

const MISSING = `
SELECT min(i)::int AS index
FROM generate_series(0, octet_length($2::bytea) / $3::int - 1) AS i,
     LATERAL (SELECT substring($2::bytea FROM i * $3::int + 1 FOR $3::int) AS hash) AS named
WHERE NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.brain_uid = $1 AND chunk.hash = named.hash)
GROUP BY named.hash ORDER BY 1`;

const MEASURE = `
SELECT coalesce(sum(raw_length), 0) AS bytes,
       count(*) FILTER (WHERE chunk.hash IS NULL OR (codec = $4 AND octet_length(data) <> raw_length)) AS damaged
FROM generate_series(0, octet_length($2::bytea) / $3::int - 1) AS i
LEFT JOIN chunk ON chunk.brain_uid = $1 AND chunk.hash = substring($2::bytea FROM i * $3::int + 1 FOR $3::int)`;

const INSERT = "INSERT INTO chunk (brain_uid, hash, codec, raw_length, data) VALUES ";
const ON_CONFLICT = " ON CONFLICT DO NOTHING";
const tuples = (rows: number): string =>
  Array.from({ length: rows }, (_, i) => `($1,$${4 * i + 2},$${4 * i + 3},$${4 * i + 4},$${4 * i + 5})`).join();

// In halves: bytes arrive as hexadecimal text, and V8 keeps strings over 128 KiB apart, where they wait long to be collected.
const SELECT = `
SELECT hash, codec, raw_length, substring(data FOR 32768) AS head, substring(data FROM 32769) AS tail
FROM chunk WHERE brain_uid = $1 AND hash IN `;

const DELETE = "DELETE FROM chunk WHERE brain_uid = $1 AND hash = $2";

const COLLECT = `
WITH deleted AS (
  DELETE FROM chunk WHERE brain_uid = $1 AND hash IN (
    SELECT hash FROM chunk WHERE brain_uid = $1 AND hash NOT IN (
      SELECT substring(hashes FROM i * $2::int + 1 FOR $2::int)
      FROM checkpoint, generate_series(0, octet_length(hashes) / $2::int - 1) AS i
      WHERE brain_uid = $1
    )
    LIMIT $3
  )
  RETURNING octet_length(data) AS bytes
)
SELECT count(*) AS chunks, COALESCE(sum(bytes), 0) AS bytes FROM deleted`;

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const hashAt = (hashes: Uint8Array, index: number): Buffer =>
  buffer(hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
const hasHash = (bytes: Buffer, hash: Buffer): boolean => createHash("sha256").update(bytes).digest().equals(hash);
