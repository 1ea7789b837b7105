// The log: an event is in the database before anybody hears of it. Events that wait while a transaction is in flight are committed
// together by the next one, whichever brains they belong to. Invariants: promises resolve in the order of `append`; an event and its
// brain's new head are one transaction; after a failure nothing of the same brain that was queued behind it is written.

import { crc32 } from "node:zlib";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { Mode } from "../brain/config.ts";
import type { Shape } from "../brain/shape.ts";
import { invalid } from "../errors.ts";
import { answered, isAway, unavailable } from "./answered.ts";
import { appendStatement } from "./append-statement.ts";
import type { ReadyCheckpoint } from "./checkpoint-store.ts";
import { isKeyTaken, keyTaken, type NewKey } from "./idempotency-keys.ts";
import { Readers } from "./readers.ts";
import { brainDamaged, toBlueprint, toMode, toNumber, toShape } from "./stored-values.ts";

/** What an event makes of its brain's head. */
export type HeadChange =
  | {
      readonly kind: "advance";
      readonly step: number;
      readonly mode: Mode;
      readonly newLabels: readonly string[];
      /** Null where the event left it as it was. */
      readonly shape: Shape | null;
    }
  /** The state became that of a checkpoint. The same transaction leaves it at `seq`, so that a replay never crosses the event. */
  | {
      readonly kind: "replace";
      readonly step: number;
      readonly mode: Mode;
      readonly labels: readonly string[];
      readonly shape: Shape;
      readonly checkpoint: CheckpointCopy | ReadyCheckpoint;
    };

/** An older checkpoint of the brain, and the id of its copy. */
export type CheckpointCopy = { readonly source: string; readonly copy: string };

/** A tracked prediction that gets its label with an event, in the same transaction. */
export type Settlement = { readonly id: string; readonly label: string; readonly isCorrect: boolean };

/** What people call a brain; no part of its state, but a change may bring new ones in the same transaction. */
export type Notes = { readonly name?: string | null; readonly tags?: { readonly [key: string]: string } };

export type LogEntry = {
  /** The brain's uid. */
  readonly brain: string;
  /** The one after the brain's last. */
  readonly seq: number;
  readonly type: string;
  readonly payload: Uint8Array;
  readonly head: HeadChange;
  /** Predictions of this brain that are pending; one that is not (any more) makes the database refuse the event. */
  readonly settles?: readonly Settlement[];
  /** Under which the call may be sent again; one that is kept already makes the database refuse the event. */
  readonly key?: NewKey | undefined;
  readonly notes?: Notes | undefined;
};

export type LoggedEvent = {
  readonly seq: number;
  readonly type: string;
  readonly payload: Uint8Array;
  readonly createdAt: Date;
};

export type Head = {
  readonly seq: number;
  readonly step: number;
  readonly mode: Mode;
  readonly labels: readonly string[];
  readonly shape: Shape;
};

const MAX_BATCH_ROWS = 256;
// Smaller groups do not help small events beside large ones (bench/log.ts): they wait for the large one's own transaction all the same.
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_PAGE_ROWS = 256;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

type Waiting = {
  readonly entry: LogEntry;
  readonly resolve: (committedAt: Date) => void;
  readonly reject: (error: unknown) => void;
};

type OnCommit = (events: number, durationMs: number) => void;

export class EventLog {
  /** Who reads what is kept of a brain, so that it is not deleted meanwhile. */
  readonly readers = new Readers();
  readonly #pool: Pool;
  readonly #log: Logger;
  readonly #onCommit: OnCommit;
  #queue: Waiting[] = [];
  #isCommitting = false;
  /** Whether the last transaction failed without an answer; such failures in a row are logged once. */
  #isUnanswered = false;

  /** @param onCommit told of each commit: of how many events, and how long it took */
  constructor(pool: Pool, log: Logger, onCommit: OnCommit = () => {}) {
    this.#pool = pool;
    this.#log = log;
    this.#onCommit = onCommit;
  }

  /**
   * Commits one event and its brain's head.
   * @returns when it was committed
   * @throws EngramError `storage-full` when there is no room, `database-unavailable` when its transaction, or one before it in the queue, failed. Whether that transaction
   * reached the disk is then unknown: read `head` again before the brain's next event. `validation` when a label holds a NUL;
   * `idempotency-in-progress` when another server has committed the key.
   */
  append(entry: LogEntry): Promise<Date> {
    const labels = entry.head.kind === "advance" ? entry.head.newLabels : entry.head.labels;
    if (labels.some((label) => label.includes("\0"))) {
      return Promise.reject(invalid("#/labels", "hold a NUL character, which the database cannot keep"));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ entry, resolve, reject });
      if (this.#isCommitting) return;
      this.#isCommitting = true;
      // What else this turn of the event loop appends joins the first transaction.
      setImmediate(() => void this.#commitAll());
    });
  }

  async #commitAll(): Promise<void> {
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, batchRows(this.#queue)));
    this.#isCommitting = false;
  }

  /** Never rejects: every failure goes to those who wait. */
  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const statement = appendStatement(batch.map(({ entry }) => entry));
      const startedMs = performance.now();
      const { rows } = await this.#pool.query<{ uid: string; updated_at: Date }>(statement);
      this.#onCommit(batch.length, performance.now() - startedMs);
      const committedAt = new Map(rows.map((row) => [row.uid, row.updated_at]));
      this.#isUnanswered = false;
      for (const { entry, resolve, reject } of batch) {
        const time = committedAt.get(entry.brain);
        if (time === undefined) reject(new Error(`no head was written for brain ${entry.brain}`));
        else resolve(time);
      }
    } catch (cause) {
      if (isRefused(cause)) await this.#refuse(batch, cause);
      else this.#fail(batch, () => true, cause);
    }
  }

  /** The database wrote nothing of the batch because of one brain's event: the other brains do not suffer for it. */
  async #refuse(batch: readonly Waiting[], cause: unknown): Promise<void> {
    const brains = new Set(batch.map(({ entry }) => entry.brain));
    if (brains.size > 1) {
      for (const brain of brains) await this.#commit(batch.filter(({ entry }) => entry.brain === brain));
    } else if (batch.length > 1 && isKeyTaken(cause)) {
      // One of them has a key that is taken: one by one, those before it go through.
      this.#queue.unshift(...batch.slice(1));
      await this.#commit(batch.slice(0, 1));
    } else {
      this.#fail(batch, ({ entry }) => brains.has(entry.brain), cause);
    }
  }

  /** Rejects the batch and what `isLost` of the queue behind it, which was numbered as though the batch had been written. */
  #fail(batch: readonly Waiting[], isLost: (waiting: Waiting) => boolean, cause: unknown): void {
    const lost = this.#queue.filter(isLost);
    const level = this.#isUnanswered ? "debug" : "error";
    this.#isUnanswered = isAway(cause);
    this.#log[level]({ err: cause, events: batch.length + lost.length }, "changes not committed");
    this.#queue = this.#queue.filter((waiting) => !isLost(waiting));
    for (const { reject } of batch) reject(isKeyTaken(cause) ? keyTaken(cause) : unavailable(cause));
    for (const { reject } of lost) reject(unavailable(cause));
  }

  /**
   * The events after `afterSeq`, in order and without gaps, in pages of at most 4 MiB (an event larger than that is a page). Nothing of the
   * brain is deleted until the loop over them ends.
   * @param upToSeq the last one wanted
   * @throws EngramError `brain-damaged` when an event is missing or its bytes are not those that were written
   */
  async *read(brainUid: string, afterSeq: number, upToSeq: number): AsyncIterable<LoggedEvent[]> {
    const leave = await this.readers.enter(brainUid);
    try {
      yield* this.#read(brainUid, afterSeq, upToSeq);
    } finally {
      leave();
    }
  }

  async *#read(brainUid: string, afterSeq: number, upToSeq: number): AsyncIterable<LoggedEvent[]> {
    let last = afterSeq;
    while (last < upToSeq) {
      const { rows } = await answered(
        this.#pool.query<EventColumns>(PAGE, [brainUid, last, upToSeq, MAX_PAGE_ROWS, MAX_PAGE_BYTES]),
      );
      if (rows.length === 0) throw await brainDamaged(this.#pool, brainUid, `event ${last + 1} is missing`);
      const events: LoggedEvent[] = [];
      for (const row of rows) {
        last += 1;
        if (toNumber(row.seq) !== last) throw await brainDamaged(this.#pool, brainUid, `event ${last} is missing`);
        if (toNumber(row.crc32) !== crc32(row.payload)) {
          throw await brainDamaged(this.#pool, brainUid, `the bytes of event ${last} do not match their checksum`);
        }
        events.push({ seq: last, type: row.type, payload: row.payload, createdAt: row.created_at });
      }
      yield events;
    }
  }

  /** @returns the brain's committed head, or null when there is no such brain */
  async head(brainUid: string): Promise<Head | null> {
    const { rows } = await answered(
      this.#pool.query<HeadColumns>("SELECT seq, step, mode, labels, shape, kind, config FROM brain WHERE uid = $1", [
        brainUid,
      ]),
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { seq, step, mode, labels, shape, kind, config } = row;
    return {
      seq: toNumber(seq),
      step: toNumber(step),
      mode: toMode(mode),
      labels,
      shape: toShape(shape, toBlueprint(kind, config)),
    };
  }
}

// SQLSTATE classes 22 and 23: a value or a constraint. Unlike a lost connection, that is an answer: nothing was written.
const isRefused = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^2[23]\w{3}$/.test(String(error.code));

/** @returns how many of the queue go into one transaction: as many as the bounds allow, at least one */
function batchRows(queue: readonly Waiting[]): number {
  let bytes = 0;
  const end = queue.findIndex(({ entry }, row) => {
    bytes += entry.payload.byteLength;
    return row > 0 && (row === MAX_BATCH_ROWS || bytes > MAX_BATCH_BYTES);
  });
  return end === -1 ? queue.length : end;
}

type EventColumns = { seq: string; type: string; payload: Buffer; crc32: string; created_at: Date };
type HeadColumns = {
  seq: string;
  step: string;
  mode: string;
  labels: string[];
  shape: unknown;
  kind: string;
  config: unknown;
};

// Lengths are known without reading the payloads, so that only those of the page leave the disk.
const PAGE = `
SELECT seq, type, payload, crc32, created_at FROM (
  SELECT seq, type, payload, crc32, created_at,
         sum(octet_length(payload)) OVER (ORDER BY seq) AS bytes, row_number() OVER (ORDER BY seq) AS place
  FROM (SELECT * FROM event WHERE brain_uid = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4) AS next
) AS page
WHERE bytes <= $5 OR place = 1
ORDER BY seq`;
