// One brain's checkpoints: taken on request and by policy, one at a time. What goes again, and when, is retention.ts's to say.

import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import type { Feed } from "../metrics/feed.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow, CheckpointStore, CheckpointSummary } from "../store/checkpoint-store.ts";
import type { Tracer } from "../tracing/tracer.ts";
import { CHUNK_BYTES, keep } from "./adoption.ts";
import type { CheckpointInfo, CheckpointReason, CheckpointsPage } from "./api.ts";
import { failureLevel, isDatabaseAway } from "./failure-level.ts";
import type { Residency } from "./residency.ts";
import type { Retention } from "./retention.ts";
import type { RetentionPolicy } from "./retention-policy.ts";
import { refuseMismatch } from "./terms.ts";
import type { Conditions } from "./writer.ts";

export type CheckpointPolicy = RetentionPolicy & {
  /** An automatic checkpoint is taken once this many events follow the last checkpoint. */
  readonly everyEvents: number;
  /** Or once the last one is this old and any event follows it. */
  readonly everySeconds: number;
};

export type CheckpointerParts = {
  readonly checkpoints: CheckpointStore;
  readonly retention: Retention;
  readonly feed: Feed;
  readonly logger: Logger;
  readonly tracer: Tracer;
};

/** After a failure no automatic one is tried for so long: what failed needs time, and every change would try. */
const RETRY_MS = 30_000;
/** Where the database was away no change is made meanwhile, and once it is back what was missed is made up for. */
const RETRY_AWAY_MS = 1_000;

export class Checkpointer {
  readonly #row: BrainRow;
  readonly #residency: Residency;
  readonly #parts: CheckpointerParts;
  readonly #policy: CheckpointPolicy;
  /** Checkpoints of one brain are written and removed one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #lastSeq: number | null = null;
  /** When the last checkpoint was taken here, or else when this brain was opened. */
  #lastAtMs = performance.now();
  #isTakingAutomatic = false;
  #retryAtMs = 0;

  constructor(row: BrainRow, residency: Residency, parts: CheckpointerParts, policy: CheckpointPolicy) {
    this.#row = row;
    this.#residency = residency;
    this.#parts = parts;
    this.#policy = policy;
  }

  /** Writes a checkpoint of the state that the host has when it gets to it. @throws EngramError seq-mismatch for another state */
  take(reason: CheckpointReason, name: string | null, conditions: Conditions = {}): Promise<CheckpointInfo> {
    return this.#inTurn(async () => {
      const startedAt = performance.now();
      const row = await this.#write(reason, name, conditions);
      this.#noteTaken(row.seq);
      const { seq, step, createdAt } = row;
      const durationMs = Math.round(performance.now() - startedAt);
      this.#parts.logger.info(
        { brain: this.#row.id, seq, checkpoint: row.id, reason, durationMs },
        "checkpoint written",
      );
      const time = createdAt.toISOString();
      this.#parts.feed.publish({
        brain: this.#row.id,
        ...{ seq, step, time },
        type: "checkpointed",
        checkpoint: row.id,
        sizeBytes: row.byteLength,
        durationMs,
      });
      return infoOf(this.#row, row);
    });
  }

  /** Whether so many events follow the last checkpoint that it is time for an automatic one. */
  isDue(seq: number): boolean {
    return seq - this.#knownSeq >= this.#policy.everyEvents;
  }

  /** Whether something follows the last checkpoint, and that one is old. */
  isOld(seq: number): boolean {
    return seq > this.#knownSeq && performance.now() - this.#lastAtMs >= this.#policy.everySeconds * 1000;
  }

  /**
   * Takes an automatic checkpoint behind the calls, within `pass`, and then removes what is not kept any more. Does nothing while one is
   * under way, and for a while after a failure. Never rejects.
   */
  async takeAutomatic(pass: (take: () => Promise<void>) => Promise<void>): Promise<void> {
    if (this.#isTakingAutomatic || performance.now() < this.#retryAtMs) return;
    this.#isTakingAutomatic = true;
    try {
      await pass(async () => void (await this.take("automatic", null)));
    } catch (error) {
      this.#retryAtMs = performance.now() + (isDatabaseAway(error) ? RETRY_AWAY_MS : RETRY_MS);
      const level = failureLevel(error, "error");
      this.#parts.logger[level]({ brain: this.#row.id, err: error }, "automatic checkpoint failed");
      return;
    } finally {
      this.#isTakingAutomatic = false;
    }
    void this.#parts.retention.tidy(this.#row);
  }

  /** As `takeAutomatic`, unless the last checkpoint is of `seq`. @returns whether one is now */
  async bringUpTo(seq: number): Promise<boolean> {
    if (seq > this.#knownSeq) await this.takeAutomatic((take) => take());
    return seq <= this.#knownSeq;
  }

  /** Tells that an event which replaced the state left a checkpoint at `seq`. */
  noteReplaced(seq: number): void {
    this.#noteTaken(seq);
  }

  /** Whether the last checkpoint is of a state before `seq`. */
  isBehind(seq: number): boolean {
    return seq > this.#knownSeq;
  }

  /** Takes an automatic checkpoint unless the last one is of `seq`. */
  async takeIfBehind(seq: number): Promise<void> {
    if (this.isBehind(seq)) await this.take("automatic", null);
  }

  async list(page: CheckpointsPage): Promise<{ checkpoints: CheckpointInfo[]; nextCursor: string | null }> {
    const { rows, nextCursor } = await this.#parts.checkpoints.list(this.#row.uid, page);
    return { checkpoints: rows.map((row) => infoOf(this.#row, row)), nextCursor };
  }

  /** @throws EngramError checkpoint-not-found */
  async find(id: string): Promise<CheckpointRow> {
    const row = await this.#parts.checkpoints.find(this.#row.uid, id);
    if (row === null) {
      throw new EngramError("checkpoint-not-found", `Brain "${this.#row.id}" has no checkpoint "${id}".`);
    }
    return row;
  }

  async get(id: string): Promise<CheckpointInfo> {
    return infoOf(this.#row, await this.find(id));
  }

  /** @throws EngramError checkpoint-not-found; checkpoint-in-use when the brain could not be recovered without it */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const row = await this.find(id);
      await this.#parts.retention.remove(this.#row, row);
      if (row.seq === this.#lastSeq) this.#lastSeq = (await this.#parts.checkpoints.latest(this.#row.uid))?.seq ?? 0;
    });
  }

  get #knownSeq(): number {
    return this.#lastSeq ?? this.#residency.baseSeq;
  }

  #write(reason: CheckpointReason, name: string | null, { ifMatch, claim }: Conditions): Promise<CheckpointRow> {
    const keyFor = claim && ((row: CheckpointSummary) => ({ ...claim, known: infoOf(this.#row, row) }));
    const write = () =>
      this.#residency.snapshot(CHUNK_BYTES, async (snapshot) => {
        refuseMismatch(this.#row.id, snapshot.head, ifMatch);
        return keep(snapshot, this.#row.uid, { name, reason }, this.#parts.checkpoints, keyFor);
      });
    const about = { "engram.brain": this.#row.id, "engram.reason": reason };
    return this.#parts.tracer.span(
      "checkpoint write",
      about,
      async (note) => {
        const row = await write();
        note({ "engram.seq": row.seq, "engram.bytes": row.byteLength });
        return row;
      },
      reason === "automatic",
    );
  }

  #noteTaken(seq: number): void {
    this.#lastSeq = seq;
    this.#lastAtMs = performance.now();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(task);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

const infoOf = (brain: BrainRow, row: CheckpointSummary): CheckpointInfo => ({
  id: row.id,
  brain: brain.id,
  seq: row.seq,
  step: row.step,
  name: row.name,
  reason: row.reason,
  sizeBytes: row.byteLength,
  digest: row.digest,
  createdAt: row.createdAt.toISOString(),
});
