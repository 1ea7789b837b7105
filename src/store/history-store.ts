// What is kept of a brain's past: which events, which checkpoints, how much. Invariants: no payload is read here beyond its header, and an
// answer is of one moment, since one statement gives it.

import type { Pool } from "pg";
import type { Mode } from "../brain/config.ts";
import { REPLACING } from "../brain/events.ts";
import { answered } from "./answered.ts";
import { CHECKPOINT_REASONS, type CheckpointReason } from "./checkpoint-store.ts";
import { toMode, toNumber, toOneOf } from "./stored-values.ts";

/** A checkpoint as retention and coverage look at it. */
export type KeptCheckpoint = {
  readonly id: string;
  readonly seq: number;
  readonly reason: CheckpointReason;
  readonly createdAt: Date;
};

/** What a brain has of its past, without the bytes. */
export type KeptHistory = {
  /** Created here, empty, or come with all that happened since its creation; another one that was forked or imported began with a checkpoint. */
  readonly isCreatedHere: boolean;
  /** The last committed event. */
  readonly head: number;
  /** The first event of the log; the one after `head` when the log is empty. */
  readonly first: number;
  /** The `seq` of the events in the log that replaced the state (`restored`, `merged`), ascending. */
  readonly replaced: readonly number[];
  /** Ascending by `seq`, then by time. */
  readonly checkpoints: readonly KeptCheckpoint[];
};

/** The first and the last of neighbouring events. */
export type Run = readonly [first: number, last: number];

/** A brain by its key and by its slug. */
export type BrainName = { readonly uid: string; readonly id: string };

export type Deleted = { readonly events: number /** Of their payloads. */; readonly bytes: number };

/** Bounds, each null for none: `seq` between `after` and `before` without them, committed from `since` to `until`. */
export type EventsWanted = {
  readonly before: number | null;
  readonly after: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly type: string | null;
  readonly limit: number;
};

/** An event without the most of its payload. */
export type EventHead = {
  readonly seq: number;
  readonly type: string;
  readonly time: Date;
  /** Of the whole payload. */
  readonly bytes: number;
  /** The payload's safetensors header with its length before it; cut off when it is very long. */
  readonly header: Uint8Array;
};

/** What a page of events reads of each: enough for hundreds of new labels. */
const MAX_HEADER_BYTES = 16 * 1024;

export type HistorySize = {
  readonly step: number;
  readonly mode: Mode;
  readonly events: number;
  /** Of the events' payloads. */
  readonly eventBytes: number;
  /** Of the checkpoints' chunks as they are stored: those that several share count once. */
  readonly chunkBytes: number;
};

/** Every method throws EngramError `database-unavailable` when the database is away. */
export class HistoryStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @returns null when there is no such brain */
  async kept(brainUid: string): Promise<KeptHistory | null> {
    const { rows } = await answered(this.#pool.query<KeptColumns>(KEPT, [brainUid]));
    return rows[0] === undefined ? null : toKept(rows[0]);
  }

  /**
   * The same with the gaps that a damaged log may have, and the sizes. Reads the brain's whole index of events.
   * @returns null when there is no such brain
   */
  async survey(brainUid: string): Promise<(KeptHistory & HistorySize & { readonly runs: readonly Run[] }) | null> {
    const { rows } = await answered(this.#pool.query<KeptColumns & SurveyColumns>(SURVEY, [brainUid]));
    const [row] = rows;
    if (row === undefined) return null;
    return {
      ...toKept(row),
      step: toNumber(row.step),
      mode: toMode(row.mode),
      runs: row.runs ?? [],
      events: toNumber(row.events),
      eventBytes: toNumber(row.event_bytes),
      chunkBytes: toNumber(row.chunk_bytes),
    };
  }

  /** @returns how many of the events after `after` and up to `through` there are */
  async countEvents(brainUid: string, after: number, through: number): Promise<number> {
    const { rows } = await answered(this.#pool.query<{ count: string }>(COUNT, [brainUid, after, through]));
    return toNumber(rows[0]?.count ?? "0");
  }

  /**
   * Deletes the oldest events of a brain, up to and with that of a checkpoint, which has to be there and stays meanwhile.
   * @param limit of this one statement
   */
  async deleteEvents(brainUid: string, checkpoint: KeptCheckpoint, limit: number): Promise<Deleted> {
    const values = [brainUid, checkpoint.id, checkpoint.seq, limit];
    const { rows } = await answered(this.#pool.query<{ events: string; bytes: string }>(DELETE_EVENTS, values));
    return { events: toNumber(rows[0]?.events ?? "0"), bytes: toNumber(rows[0]?.bytes ?? "0") };
  }

  /**
   * Brains that have a checkpoint of before `time` that nobody asked for, in the order of their uids, a page at a time.
   * @param after the last uid of the page before, null for the first
   */
  async brainsToTidy(time: Date, after: string | null, limit: number): Promise<readonly BrainName[]> {
    const { rows } = await answered(this.#pool.query<BrainName>(TO_TIDY, [time, after, limit]));
    return rows;
  }

  /** @returns a page of the log, the newest event first */
  async events(brainUid: string, wanted: EventsWanted): Promise<readonly EventHead[]> {
    const { before, after, since, until, type, limit } = wanted;
    const values = [brainUid, before, after, since, until, type, limit, MAX_HEADER_BYTES];
    const { rows } = await answered(this.#pool.query<EventColumns>(EVENTS, values));
    return rows.map(({ seq, type, time, bytes, header }) => ({ seq: toNumber(seq), type, time, bytes, header }));
  }

  /** @returns when each of the events `seqs` was committed, by `seq`; those that the log does not hold are missing */
  async times(brainUid: string, seqs: readonly number[]): Promise<ReadonlyMap<number, Date>> {
    const { rows } = await answered(this.#pool.query<{ seq: string; created_at: Date }>(TIMES, [brainUid, seqs]));
    return new Map(rows.map(({ seq, created_at }) => [toNumber(seq), created_at]));
  }
}

type KeptColumns = {
  is_created_here: boolean;
  head: string;
  first: string;
  /** JSON makes numbers of them. */
  replaced: number[] | null;
  checkpoints: { id: string; seq: number; reason: string; time: number }[] | null;
};
type EventColumns = { seq: string; type: string; time: Date; bytes: number; header: Buffer };
type SurveyColumns = {
  step: string;
  mode: string;
  runs: [number, number][] | null;
  events: string;
  event_bytes: string;
  chunk_bytes: string;
};

const KEPT_COLUMNS = `
(brain.origin IS NULL OR COALESCE(brain.origin->'fromBeginning' = 'true'::jsonb, false)) AS is_created_here,
brain.seq AS head,
COALESCE((SELECT min(seq) FROM event WHERE brain_uid = brain.uid), brain.seq + 1) AS first,
(SELECT json_agg(seq ORDER BY seq) FROM event WHERE brain_uid = brain.uid AND type IN (${REPLACING.map((type) => `'${type}'`)})) AS replaced,
(SELECT json_agg(json_build_object('id', id, 'seq', seq, 'reason', reason, 'time', extract(epoch FROM created_at) * 1000)
                 ORDER BY seq, created_at)
 FROM checkpoint WHERE brain_uid = brain.uid) AS checkpoints`;

const KEPT = `SELECT ${KEPT_COLUMNS} FROM brain WHERE uid = $1`;

// Neighbours have the same distance to their place in the order. Lengths are known without reading the payloads.
const SURVEY = `
SELECT ${KEPT_COLUMNS}, brain.step, brain.mode, log.events, log.event_bytes,
  (SELECT json_agg(json_build_array(first, last) ORDER BY first) FROM (
    SELECT min(seq) AS first, max(seq) AS last
    FROM (SELECT seq, seq - row_number() OVER (ORDER BY seq) AS run FROM event WHERE brain_uid = brain.uid) AS placed
    GROUP BY run
  ) AS run) AS runs,
  (SELECT COALESCE(sum(octet_length(data)), 0) FROM chunk WHERE brain_uid = brain.uid) AS chunk_bytes
FROM brain, LATERAL (
  SELECT count(*) AS events, COALESCE(sum(octet_length(payload)), 0) AS event_bytes FROM event WHERE brain_uid = brain.uid
) AS log
WHERE uid = $1`;

// A slice of a payload is read without the rest. The header's length is the first 8 bytes, the low one first; it fits 3.
const EVENTS = `
SELECT seq, type, created_at AS time, octet_length(payload) AS bytes,
  substring(payload FROM 1 FOR LEAST($8::int, 8 + get_byte(length, 0) + 256 * get_byte(length, 1) + 65536 * get_byte(length, 2))) AS header
FROM event, LATERAL (SELECT substring(payload FROM 1 FOR 8) AS length) AS prefix
WHERE brain_uid = $1 AND ($2::bigint IS NULL OR seq < $2) AND ($3::bigint IS NULL OR seq > $3)
  AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at <= $5)
  AND ($6::text IS NULL OR type = $6) AND octet_length(payload) >= 8
ORDER BY seq DESC LIMIT $7`;

const COUNT = "SELECT count(*) AS count FROM event WHERE brain_uid = $1 AND seq > $2 AND seq <= $3";

// From the front, so that what is left has no gap whenever a crash comes. The checkpoint is held until the commit: another server cannot
// remove it meanwhile.
const DELETE_EVENTS = `
WITH base AS (SELECT id FROM checkpoint WHERE brain_uid = $1 AND id = $2 FOR SHARE),
deleted AS (
  DELETE FROM event
  WHERE brain_uid = $1 AND EXISTS (SELECT 1 FROM base) AND seq <= (
    SELECT max(seq) FROM (
      SELECT seq FROM event WHERE brain_uid = $1 AND seq <= $3 ORDER BY seq LIMIT $4
    ) AS oldest
  )
  RETURNING octet_length(payload) AS bytes
)
SELECT count(*) AS events, COALESCE(sum(bytes), 0) AS bytes FROM deleted`;

const TO_TIDY = `
SELECT uid, id FROM brain
WHERE NOT is_hidden AND ($2::uuid IS NULL OR uid > $2)
  AND EXISTS (SELECT 1 FROM checkpoint WHERE brain_uid = brain.uid AND reason <> 'requested' AND created_at < $1)
ORDER BY uid LIMIT $3`;

const TIMES = "SELECT seq, created_at FROM event WHERE brain_uid = $1 AND seq = ANY($2::bigint[])";

const toKept = ({ is_created_here: isCreatedHere, head, first, replaced, checkpoints }: KeptColumns): KeptHistory => ({
  isCreatedHere,
  head: toNumber(head),
  first: toNumber(first),
  replaced: replaced ?? [],
  checkpoints: (checkpoints ?? []).map(({ id, seq, reason, time }) => ({
    id,
    seq,
    reason: toOneOf(CHECKPOINT_REASONS, reason),
    createdAt: new Date(time),
  })),
});
