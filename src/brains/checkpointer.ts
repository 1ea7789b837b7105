// One brain's checkpoints: taken on request and by policy, one at a time, and removed without ever leaving the brain unrecoverable.
// Invariant: recovery never replays a `restored` event, so a checkpoint at or after the last one always stays.

import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import type { Feed } from "../metrics/feed.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow, CheckpointStore, CheckpointSummary } from "../store/checkpoint-store.ts";
import { CHUNK_BYTES, keep } from "./adoption.ts";
import type { CheckpointInfo, CheckpointReason, Page } from "./api.ts";
import type { Residency } from "./residency.ts";

export type CheckpointPolicy = {
  /** An automatic checkpoint is taken once this many events follow the last checkpoint. */
  readonly everyEvents: number;
  /** Checkpoints that nobody asked for by name are kept up to this number, newest first. */
  readonly keep: number;
};

export type CheckpointerParts = {
  readonly checkpoints: CheckpointStore;
  readonly feed: Feed;
  readonly logger: Logger;
};

export class Checkpointer {
  readonly #row: BrainRow;
  readonly #residency: Residency;
  readonly #parts: CheckpointerParts;
  readonly #policy: CheckpointPolicy;
  /** Checkpoints of one brain are written and removed one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #lastSeq: number | null = null;

  constructor(row: BrainRow, residency: Residency, parts: CheckpointerParts, policy: CheckpointPolicy) {
    this.#row = row;
    this.#residency = residency;
    this.#parts = parts;
    this.#policy = policy;
  }

  /** Writes a checkpoint of the state that the host has when it gets to it. */
  take(reason: CheckpointReason, name: string | null): Promise<CheckpointInfo> {
    return this.#inTurn(async () => {
      const startedAt = performance.now();
      const row = await this.#write(reason, name);
      this.#lastSeq = row.seq;
      const { seq, step, createdAt } = row;
      const durationMs = Math.round(performance.now() - startedAt);
      this.#parts.logger.info(
        { brain: this.#row.id, seq, checkpoint: row.id, reason, durationMs },
        "checkpoint written",
      );
      const time = createdAt.toISOString();
      this.#parts.feed.publish({ brain: this.#row.id, seq, step, time, type: "checkpointed", checkpoint: row.id });
      return infoOf(this.#row, row);
    });
  }

  /** Whether so many events follow the last checkpoint that it is time for an automatic one. */
  isDue(seq: number): boolean {
    return seq - this.#knownSeq >= this.#policy.everyEvents;
  }

  /** Takes an automatic checkpoint and removes old ones that nobody asked for. */
  async takeAutomatic(): Promise<void> {
    await this.take("automatic", null);
    await this.#inTurn(() => this.#prune());
  }

  /** Tells that a `restored` event left a checkpoint at `seq`. */
  noteRestored(seq: number): void {
    this.#lastSeq = seq;
  }

  /** Takes an automatic checkpoint unless the last one is of `seq`. */
  async takeIfBehind(seq: number): Promise<void> {
    if (seq > this.#knownSeq) await this.takeAutomatic();
  }

  async list(page: Page): Promise<{ checkpoints: CheckpointInfo[]; nextCursor: string | null }> {
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
      const { uid } = this.#row;
      const row = await this.find(id);
      const restoredSeq = await this.#parts.checkpoints.lastRestoredSeq(uid, Number.MAX_SAFE_INTEGER);
      if (restoredSeq !== null && row.seq >= restoredSeq && !(await this.#hasAnother(row, restoredSeq))) {
        const detail = `Checkpoint "${id}" is what brain "${this.#row.id}" recovers from since it was restored; take another one first.`;
        throw new EngramError("checkpoint-in-use", detail);
      }
      await this.#parts.checkpoints.remove(uid, id);
      await this.#parts.checkpoints.collect(uid);
      if (row.seq === this.#lastSeq) this.#lastSeq = (await this.#parts.checkpoints.latest(uid))?.seq ?? 0;
    });
  }

  get #knownSeq(): number {
    return this.#lastSeq ?? this.#residency.baseSeq;
  }

  #write(reason: CheckpointReason, name: string | null): Promise<CheckpointRow> {
    return this.#residency.snapshot(CHUNK_BYTES, (snapshot) =>
      keep(snapshot, this.#row.uid, { name, reason }, this.#parts.checkpoints),
    );
  }

  async #prune(): Promise<void> {
    const { uid } = this.#row;
    let kept = 0;
    let removed = 0;
    for await (const row of this.#newestFirst()) {
      if (row.reason === "requested" || kept++ < this.#policy.keep) continue;
      await this.#parts.checkpoints.remove(uid, row.id);
      removed++;
    }
    if (removed > 0) await this.#parts.checkpoints.collect(uid);
  }

  async #hasAnother(row: CheckpointRow, sinceSeq: number): Promise<boolean> {
    for await (const other of this.#newestFirst()) {
      if (other.seq < sinceSeq) return false;
      if (other.id !== row.id) return true;
    }
    return false;
  }

  async *#newestFirst(): AsyncIterable<CheckpointSummary> {
    let cursor: string | null = null;
    do {
      const page: Page = { limit: 100, ...(cursor === null ? {} : { cursor }) };
      const { rows, nextCursor } = await this.#parts.checkpoints.list(this.#row.uid, page);
      yield* rows;
      cursor = nextCursor;
    } while (cursor !== null);
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
