// Predictions that wait for their labels. They are no part of a brain: replay never reads them. A prediction is settled by the statement
// that commits the `learned` event (append-statement.ts), never here, so that both are there or neither.

import type { Pool } from "pg";
import type { Matrix } from "../tensor/matrix.ts";
import { answered } from "./answered.ts";
import { isKeyTaken, KEY_COLUMNS, KEY_TYPES, keyTaken, keyValues, type NewKey } from "./idempotency-keys.ts";
import { toNumber } from "./stored-values.ts";

export type NewTracked = {
  readonly id: string;
  /** What was predicted; null when the brain knew nothing. */
  readonly label: string | null;
  readonly confidence: number;
};

export type TrackedPrediction = {
  readonly id: string;
  /** float32 [inputDim]; null once settled. */
  readonly input: Float32Array | null;
  readonly label: string | null;
  /** Whether it was right by the label that settled it; null while pending. */
  readonly isCorrect: boolean | null;
  readonly isExpired: boolean;
};

export type TrackedSummary = {
  /** Without a label, and in time for one. */
  readonly pending: number;
  readonly settled: number;
  /** Without a label, and too late for one. */
  readonly expired: number;
  /** Of the settled ones, those that were right. */
  readonly correct: number;
  readonly oldestPendingAt: Date | null;
};

/** How long an expired prediction stays, so that a label that comes too late hears why. */
const KEPT_EXPIRED_MINUTES = 60;

/** Every method throws EngramError `database-unavailable` when the database is away. */
export class TrackedPredictions {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Writes predictions in one statement.
   * @param inputs float32 [predictions, inputDim]
   * @param seq of the state that predicted
   * @param key under which the call may be sent again
   * @returns false when the brain is gone; nothing is written then
   * @throws EngramError `idempotency-in-progress` when another server has committed the key
   */
  async add(
    brainUid: string,
    inputs: Matrix,
    predictions: readonly NewTracked[],
    seq: number,
    ttlHours: number,
    key?: NewKey | undefined,
  ): Promise<boolean> {
    const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = inputs.data;
    const values = [
      brainUid,
      Buffer.from(buffer, byteOffset, byteLength),
      inputs.cols * BYTES_PER_ELEMENT,
      seq,
      ttlHours,
      predictions.map(({ id }) => id),
      predictions.map(({ label }) => label),
      predictions.map(({ confidence }) => confidence),
    ];
    const statement =
      key === undefined
        ? this.#pool.query(ADD, values)
        : this.#pool.query(ADD_WITH_KEY, [...values, ...keyValues(brainUid, key, null)]);
    try {
      return (await answered(statement)).rowCount === predictions.length;
    } catch (error) {
      throw isKeyTaken(error) ? keyTaken(error) : error;
    }
  }

  /** @returns those of `ids` (UUIDs) that the brain has, by id */
  async find(brainUid: string, ids: readonly string[]): Promise<Map<string, TrackedPrediction>> {
    if (ids.length === 0) return new Map();
    const { rows } = await answered(this.#pool.query<Columns>(FIND, [brainUid, ids]));
    return new Map(rows.map((row) => [row.id, toTracked(row)]));
  }

  /** @returns how many predictions of the brain wait for a label, in time or not */
  async countPending(brainUid: string): Promise<number> {
    const { rows } = await answered(this.#pool.query<{ count: string }>(COUNT_PENDING, [brainUid]));
    return toNumber(rows[0]?.count ?? "0");
  }

  async summary(brainUid: string): Promise<TrackedSummary> {
    const { rows } = await answered(this.#pool.query<SummaryColumns>(SUMMARY, [brainUid]));
    const [row] = rows;
    if (row === undefined) throw new Error("an aggregate without a row");
    const { pending, settled, expired, correct, oldest } = row;
    return {
      pending: toNumber(pending),
      settled: toNumber(settled),
      expired: toNumber(expired),
      correct: toNumber(correct),
      oldestPendingAt: oldest,
    };
  }

  /**
   * Deletes predictions of any brain that expired a while ago, settled or not, oldest first.
   * @param limit of this one statement
   * @returns how many there were
   */
  async deleteExpired(limit: number): Promise<number> {
    const { rowCount } = await answered(this.#pool.query(DELETE_EXPIRED, [KEPT_EXPIRED_MINUTES, limit]));
    return rowCount ?? 0;
  }
}

// The inputs travel as one value and are cut here: a value a row would pass PostgreSQL's limit on parameters. A brain that is deleted
// meanwhile (its row is locked until the commit) gives no rows.
const OWNER = "owner AS (SELECT uid FROM brain WHERE uid = $1::uuid FOR KEY SHARE)";

const ADD_ROWS = `
INSERT INTO tracked_prediction (brain_uid, id, input, label, confidence, seq, expires_at)
SELECT owner.uid, made.id, substring($2::bytea FROM ((made.place - 1) * $3::integer + 1)::integer FOR $3::integer), made.label,
       made.confidence, $4::bigint, now() + make_interval(hours => $5::integer)
FROM owner, unnest($6::uuid[], $7::text[], $8::float8[]) WITH ORDINALITY AS made (id, label, confidence, place)`;

const ADD = `WITH ${OWNER} ${ADD_ROWS}`;

const ADD_WITH_KEY = `
WITH ${OWNER},
kept AS (INSERT INTO idempotency_key (${KEY_COLUMNS}) SELECT ${KEY_TYPES.map((type, i) => `$${i + 9}::${type}`)} FROM owner)
${ADD_ROWS}`;

const FIND = `
SELECT id, input, label, is_correct, expires_at <= now() AS is_expired
FROM tracked_prediction WHERE brain_uid = $1 AND id = ANY($2::uuid[])`;

const COUNT_PENDING = `
SELECT count(*) AS count FROM tracked_prediction WHERE brain_uid = $1 AND settled_seq IS NULL`;

const SUMMARY = `
SELECT count(*) FILTER (WHERE settled_seq IS NULL AND expires_at > now()) AS pending,
       count(settled_seq) AS settled,
       count(*) FILTER (WHERE settled_seq IS NULL AND expires_at <= now()) AS expired,
       count(*) FILTER (WHERE is_correct) AS correct,
       min(created_at) FILTER (WHERE settled_seq IS NULL AND expires_at > now()) AS oldest
FROM tracked_prediction WHERE brain_uid = $1`;

const DELETE_EXPIRED = `
DELETE FROM tracked_prediction WHERE (brain_uid, id) IN (
  SELECT brain_uid, id FROM tracked_prediction
  WHERE expires_at <= now() - make_interval(mins => $1::integer) ORDER BY expires_at LIMIT $2)`;

type Columns = {
  id: string;
  input: Buffer | null;
  label: string | null;
  is_correct: boolean | null;
  is_expired: boolean;
};
type SummaryColumns = { pending: string; settled: string; expired: string; correct: string; oldest: Date | null };

const toTracked = ({ id, input, label, is_correct, is_expired }: Columns): TrackedPrediction => ({
  id,
  // `pg` gives bytes at any offset; floats need one of their own.
  input: input === null ? null : new Float32Array(Uint8Array.from(input).buffer),
  label,
  isCorrect: is_correct,
  isExpired: is_expired,
});
