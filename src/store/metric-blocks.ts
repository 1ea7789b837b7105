// The history of brains' numbers as it is kept: blocks of points, whose JSON only who wrote it reads. Blocks of one time and one brain may
// lie beside each other. Invariant: blocks are put together by one statement, so that no crash loses a point or doubles it.

import type { Pool } from "pg";
import { answered } from "./answered.ts";
import { decodeChunk, encodeChunks, RAW } from "./chunk-codec.ts";
import { toNumber } from "./stored-values.ts";

export type MetricBlock = {
  readonly id: string;
  readonly brainUid: string;
  /** Of each point, in seconds. */
  readonly stepS: number;
  readonly startsAt: Date;
  /** When its last point ends. */
  readonly endsAt: Date;
  readonly json: string;
};

/** Blocks of one resolution and one brain that begin in the same span of time. */
export type BlockGroup = {
  readonly brainUid: string;
  readonly stepS: number;
  readonly spanStartsAt: Date;
  readonly spanS: number;
};

/** So that a page is read, and its JSON at hand, within some milliseconds. */
const PAGE_BLOCKS = 16;
/** Blocks of a group that are put together at once; of more, the rest follow. */
const GROUP_BLOCKS = 128;

/** Every method throws EngramError `database-unavailable` or `storage-full` when the database does not do it. */
export class MetricBlocks {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Stores blocks in one statement; those that are there are left as they are, those of brains that are gone are left out. */
  async add(blocks: readonly MetricBlock[]): Promise<void> {
    const values = blocks.flatMap(({ brainUid, startsAt, id, endsAt, stepS, json }) => {
      const data = Buffer.from(json);
      return [brainUid, startsAt, id, endsAt, stepS, RAW, data.length, data];
    });
    const rows = blocks.map(
      (_, row) => `(${COLUMN_TYPES.map((type, i) => `$${row * COLUMN_TYPES.length + i + 1}::${type}`)})`,
    );
    await answered(this.#pool.query(add(rows.join()), values));
  }

  /**
   * A brain's blocks that have a part in the time from `from` to before `to`, in the order in which they begin, a page at a time.
   * @param without ids of those that are not wanted
   */
  async *read(
    brainUid: string,
    from: Date,
    to: Date,
    without: ReadonlySet<string>,
  ): AsyncIterable<readonly MetricBlock[]> {
    let after: readonly [Date | null, string | null] = [null, null];
    for (;;) {
      const { rows } = await answered(this.#pool.query<Columns>(READ, [brainUid, from, to, ...after, PAGE_BLOCKS]));
      yield await Promise.all(rows.filter(({ id }) => !without.has(id)).map((row) => toBlock(brainUid, row)));
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_BLOCKS) return;
      after = [last.starts_at, last.id];
    }
  }

  /**
   * @param before spans that end after it are not due
   * @param limit blocks that are looked at, oldest first
   * @returns the groups that they belong to
   */
  async dueGroups(stepS: number, spanS: number, before: Date, limit: number): Promise<readonly BlockGroup[]> {
    const { rows } = await answered(
      this.#pool.query<{ brain_uid: string; span: string }>(DUE, [stepS, spanS, before, limit]),
    );
    return rows.map(({ brain_uid: brainUid, span }) => {
      return { brainUid, stepS, spanStartsAt: new Date(toNumber(span) * spanS * 1000), spanS };
    });
  }

  /** @returns the blocks of a group, the oldest so many */
  async group({ brainUid, stepS, spanStartsAt, spanS }: BlockGroup): Promise<readonly MetricBlock[]> {
    const end = new Date(spanStartsAt.getTime() + spanS * 1000);
    const { rows } = await answered(
      this.#pool.query<Columns>(GROUP, [brainUid, stepS, spanStartsAt, end, GROUP_BLOCKS]),
    );
    return Promise.all(rows.map((row) => toBlock(brainUid, row)));
  }

  /**
   * Puts `block` in the place of `parts`.
   * @returns false when one of them is gone, with its brain or by another server; nothing is changed then
   */
  async replace(parts: readonly MetricBlock[], block: MetricBlock): Promise<boolean> {
    const { brainUid, startsAt, id, endsAt, stepS, json } = block;
    const [{ codec, rawLength, data } = { codec: RAW, rawLength: 0, data: Buffer.alloc(0) }] = await encodeChunks([
      Buffer.from(json),
    ]);
    const values = [brainUid, startsAt, id, endsAt, stepS, codec, rawLength, data];
    const gone = [parts.map((part) => part.startsAt), parts.map((part) => part.id), parts.length];
    try {
      await answered(this.#pool.query(REPLACE, [...values, ...gone]));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  /** Deletes blocks of a resolution that ended before `time`. @returns how many, at most `limit` */
  async deleteEnded(stepS: number, time: Date, limit: number): Promise<number> {
    const { rowCount } = await answered(this.#pool.query(DELETE_ENDED, [stepS, time, limit]));
    return rowCount ?? 0;
  }
}

const COLUMN_TYPES = ["uuid", "timestamptz", "uuid", "timestamptz", "integer", "smallint", "integer", "bytea"];
const COLUMNS = "brain_uid, starts_at, id, ends_at, step_s, codec, raw_length, data";

// Brains are locked until the commit: none goes meanwhile.
const add = (rows: string): string => `
WITH given (${COLUMNS}) AS (VALUES ${rows}),
owner AS (SELECT uid FROM brain WHERE uid IN (SELECT brain_uid FROM given) ORDER BY uid FOR KEY SHARE)
INSERT INTO metric_block (${COLUMNS})
SELECT given.* FROM given JOIN owner ON owner.uid = given.brain_uid
ON CONFLICT DO NOTHING`;

const READ = `
SELECT id, step_s, starts_at, ends_at, codec, raw_length, data FROM metric_block
WHERE brain_uid = $1 AND starts_at < $3 AND ends_at > $2 AND ($4::timestamptz IS NULL OR (starts_at, id) > ($4, $5::uuid))
ORDER BY starts_at, id LIMIT $6`;

const SPAN = "floor(extract(epoch FROM starts_at) / $2::integer)::bigint";

const DUE = `
SELECT brain_uid, ${SPAN} AS span FROM (
  SELECT brain_uid, starts_at FROM metric_block
  WHERE step_s = $1 AND starts_at < to_timestamp(floor(extract(epoch FROM $3::timestamptz) / $2::integer) * $2::integer)
  ORDER BY starts_at LIMIT $4
) AS oldest GROUP BY 1, 2 ORDER BY 2, 1`;

const GROUP = `
SELECT id, step_s, starts_at, ends_at, codec, raw_length, data FROM metric_block
WHERE brain_uid = $1 AND step_s = $2 AND starts_at >= $3 AND starts_at < $4
ORDER BY starts_at, id LIMIT $5`;

// When a part is missing the data is NULL, which the table refuses: then none is deleted.
const REPLACE = `
WITH gone AS (
  DELETE FROM metric_block
  WHERE brain_uid = $1::uuid AND (starts_at, id) IN (SELECT * FROM unnest($9::timestamptz[], $10::uuid[])) RETURNING id
)
INSERT INTO metric_block (${COLUMNS})
SELECT $1::uuid, $2::timestamptz, $3::uuid, $4::timestamptz, $5::integer, $6::smallint, $7::integer,
  CASE WHEN (SELECT count(*) FROM gone) = $11::bigint THEN $8::bytea END`;

const DELETE_ENDED = `
DELETE FROM metric_block WHERE (brain_uid, starts_at, id) IN (
  SELECT brain_uid, starts_at, id FROM metric_block
  WHERE step_s = $1 AND starts_at < $2 AND ends_at <= $2 ORDER BY starts_at LIMIT $3)`;

type Columns = {
  id: string;
  step_s: number;
  starts_at: Date;
  ends_at: Date;
  codec: number;
  raw_length: number;
  data: Buffer;
};

async function toBlock(brainUid: string, row: Columns): Promise<MetricBlock> {
  const { id, step_s: stepS, starts_at: startsAt, ends_at: endsAt, codec, raw_length: rawLength, data } = row;
  return { id, brainUid, stepS, startsAt, endsAt, json: (await decodeChunk(codec, rawLength, data)).toString() };
}

/** NULL where none may be, or a brain that is not there. */
const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "23502" || error.code === "23503");
