// The samples of datasets, in chunks of some that follow one another. In front of each chunk stand its samples' classes, never packed, so that
// they can be read alone. Invariant: a chunk that is read is the one that was written, by its crc32.

import { crc32 } from "node:zlib";
import type { Pool } from "pg";
import { answered } from "./answered.ts";
import { decodeChunk, encodeChunks, RAW } from "./chunk-codec.ts";
import { toNumber } from "./stored-values.ts";

/** Samples of a dataset that follow one another. */
export type SampleChunk = {
  readonly index: number;
  /** The number of its first sample, from 0. */
  readonly firstRow: number;
  /** uint32 [rows]: index of each sample's class. */
  readonly classes: Uint32Array;
  /** uint32 [rows + 1]: where in `bytes` each sample begins, and where the last one ends. */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
};

export type ClassPiece = Pick<SampleChunk, "index" | "firstRow" | "classes">;

/** What a chunk's bytes are not what was written, or are not there. */
export class DamagedChunk extends Error {}

/** Every method throws EngramError `database-unavailable` when the database is away, `storage-full` when it has no room. */
export class DatasetChunks {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Writes a chunk of a hidden dataset. */
  async add(datasetUid: string, { index, firstRow, classes, offsets, bytes }: SampleChunk): Promise<void> {
    const head = Buffer.concat([buffer(classes), buffer(offsets)]);
    const samples = buffer(bytes);
    const [packed = { codec: RAW, rawLength: 0, data: samples }] = await encodeChunks([samples]);
    const data = Buffer.concat([head, packed.data]);
    const values = [index, firstRow, classes.length, packed.codec, packed.rawLength, data, crc32(samples, crc32(head))];
    await answered(this.#pool.query(INSERT, [datasetUid, ...values]));
  }

  /**
   * The chunks of a dataset in order, from the one of this index on.
   * @throws DamagedChunk when one is missing or not what was written; that some are missing at the end is the caller's to see
   */
  async *read(datasetUid: string, from = 0): AsyncIterable<SampleChunk> {
    for (let next = from; ; ) {
      const { rows } = await answered(this.#pool.query<PartColumns>(READ, [datasetUid, next, READ_BYTES, PART_BYTES]));
      if (rows.length === 0) return;
      for (const parts of byChunk(rows)) {
        yield await toChunk(next, parts);
        next++;
      }
    }
  }

  /** @returns the index of the chunk that holds a row, or null where none does */
  async indexOf(datasetUid: string, row: number): Promise<number | null> {
    const { rows } = await answered(this.#pool.query<{ index: number }>(INDEX_OF, [datasetUid, row]));
    return rows[0]?.index ?? null;
  }

  /** The classes of all samples, chunk by chunk in order, without the samples. */
  async *classes(datasetUid: string): AsyncIterable<ClassPiece> {
    for (let from = 0; ; ) {
      const { rows } = await answered(this.#pool.query<ClassColumns>(CLASSES, [datasetUid, from, CLASSES_AT_ONCE]));
      for (const { index, first_row: firstRow, classes } of rows) yield { index, firstRow, classes: uint32s(classes) };
      const last = rows.at(-1);
      if (last === undefined || rows.length < CLASSES_AT_ONCE) return;
      from = last.index + 1;
    }
  }
}

/** So much is read by one statement, or one longer chunk: larger ones hold up the calls beside them. */
const READ_BYTES = 1024 * 1024;
/** Bytes arrive as hexadecimal text, and V8 keeps strings over 128 KiB apart, where they wait long to be collected. */
const PART_BYTES = 32 * 1024;
/** Chunks whose classes one statement reads: 2 MiB at most. */
const CLASSES_AT_ONCE = 64;

const INSERT = `
INSERT INTO dataset_chunk (dataset_uid, index, first_row, rows, codec, raw_length, data, crc32)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

const READ = `
WITH next AS (
  SELECT *, sum(octet_length(data)) OVER (ORDER BY index) AS through
  FROM (SELECT * FROM dataset_chunk WHERE dataset_uid = $1 AND index >= $2 ORDER BY index LIMIT 8) AS few
)
SELECT index, first_row, rows, codec, raw_length, crc32, substring(data FROM part * $4::int + 1 FOR $4::int) AS bytes
FROM next, generate_series(0, (octet_length(data) - 1) / $4::int) AS part
WHERE through <= $3 OR index = $2
ORDER BY index, part`;

const INDEX_OF = `
SELECT index FROM dataset_chunk WHERE dataset_uid = $1 AND first_row <= $2 AND first_row + rows > $2`;

const CLASSES = `
SELECT index, first_row, substring(data FOR rows * 4) AS classes
FROM dataset_chunk WHERE dataset_uid = $1 AND index >= $2 ORDER BY index LIMIT $3`;

type PartColumns = {
  index: number;
  first_row: number;
  rows: number;
  codec: number;
  raw_length: number;
  crc32: string;
  bytes: Buffer;
};
type ClassColumns = { index: number; first_row: number; classes: Buffer };

/** Rows of one chunk side by side. */
function* byChunk(rows: readonly PartColumns[]): Iterable<readonly PartColumns[]> {
  for (let from = 0; from < rows.length; ) {
    const to = rows.findIndex(({ index }, at) => at > from && index !== rows[from]?.index);
    const end = to === -1 ? rows.length : to;
    yield rows.slice(from, end);
    from = end;
  }
}

async function toChunk(wanted: number, parts: readonly PartColumns[]): Promise<SampleChunk> {
  const [first] = parts;
  if (first === undefined || first.index !== wanted) throw new DamagedChunk(`chunk ${wanted} is missing`);
  const stored = Buffer.concat(parts.map(({ bytes }) => bytes));
  const headBytes = 4 * (2 * first.rows + 1);
  const head = stored.subarray(0, headBytes);
  const bytes = await decodeChunk(first.codec, first.raw_length, stored.subarray(headBytes)).catch(() => null);
  if (bytes === null || crc32(bytes, crc32(head)) !== toNumber(first.crc32)) {
    throw new DamagedChunk(`chunk ${wanted} is not what was written (its crc32 differs)`);
  }
  const classes = uint32s(head.subarray(0, 4 * first.rows));
  return { index: wanted, firstRow: first.first_row, classes, offsets: uint32s(head.subarray(4 * first.rows)), bytes };
}

const buffer = (bytes: Uint8Array | Uint32Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** A copy, on a memory of its own: buffers of the database begin anywhere. */
const uint32s = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer);
