// Brings what is kept of a brain's past in line with the policy (retention-policy.ts), behind the calls and a bounded statement at a time.
// Invariants: the log is cut only behind a checkpoint whose bytes were just read and found right, and from its front, so that a crash at
// any moment leaves a log that a base leads into; what somebody is reading is not deleted under his hands.

import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import type { CheckpointRow, CheckpointStore } from "../store/checkpoint-store.ts";
import type { Database } from "../store/database.ts";
import type { EventLog } from "../store/event-log.ts";
import type { BrainName, HistoryStore, KeptCheckpoint } from "../store/history-store.ts";
import { KeyedLock } from "../store/keyed-lock.ts";
import { failureLevel } from "./failure-level.ts";
import { floors, isNeeded, type RetentionPolicy, surplus } from "./retention-policy.ts";

export type RetentionParts = {
  readonly checkpoints: CheckpointStore;
  readonly history: HistoryStore;
  readonly log: EventLog;
  readonly database: Pick<Database, "reclaim">;
  readonly logger: Logger;
};

const EVENTS_PER_STATEMENT = 1_000;
/** Giving space back blocks the embedded database: not for less than this. */
const RECLAIM_BYTES = 8 * 1024 * 1024;
const BRAINS_PER_PAGE = 100;

export class Retention {
  readonly #parts: RetentionParts;
  readonly #policy: RetentionPolicy;
  /** Whether a checkpoint can go depends on the others: they go one after the other. */
  readonly #lock = new KeyedLock();
  readonly #tidying = new Map<string, Promise<void>>();
  readonly #collecting = new Set<Promise<unknown>>();
  #sweep: Promise<void> | null = null;
  #unreclaimedBytes = 0;
  #isClosed = false;

  constructor(parts: RetentionParts, policy: RetentionPolicy) {
    this.#parts = parts;
    this.#policy = policy;
  }

  /** Removes what the policy does not keep of the brain. Never rejects: a failure is logged, and the next time there is more to do. */
  tidy(brain: BrainName): Promise<void> {
    const { uid } = brain;
    if (this.#isClosed) return Promise.resolve();
    let tidying = this.#tidying.get(uid);
    if (tidying === undefined) {
      tidying = this.#tidy(brain)
        .catch((err) => this.#parts.logger[failureLevel(err, "warn")]({ brain: brain.id, err }, "history not pruned"))
        .finally(() => this.#tidying.delete(uid));
      this.#tidying.set(uid, tidying);
    }
    return tidying;
  }

  /** The same for every brain that may have something to remove, one after the other. Never rejects. */
  tidyAll(): Promise<void> {
    this.#sweep ??= this.#tidyAll()
      .catch((err) => this.#parts.logger[failureLevel(err, "warn")]({ err }, "histories not pruned"))
      .finally(() => {
        this.#sweep = null;
      });
    return this.#sweep;
  }

  /** Removes a checkpoint on request. @throws EngramError `checkpoint-in-use` when it is needed */
  async remove({ uid, id }: BrainName, checkpoint: CheckpointRow): Promise<void> {
    await this.#lock.run(uid, async () => {
      const kept = await this.#parts.history.kept(uid);
      if (kept !== null && isNeeded(checkpoint.id, kept)) {
        const detail = `Brain "${id}" could not be brought back, or not through the log that is kept, without checkpoint "${checkpoint.id}".`;
        throw new EngramError("checkpoint-in-use", detail);
      }
      await this.#parts.checkpoints.remove(uid, checkpoint.id);
    });
    this.#collect({ uid, id });
  }

  /** Waits for the statements that are under way, and begins no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#sweep, ...this.#tidying.values(), ...this.#collecting]);
  }

  async #tidyAll(): Promise<void> {
    let after: string | null = null;
    while (!this.#isClosed) {
      const brains: readonly BrainName[] = await this.#parts.history.brainsToTidy(new Date(), after, BRAINS_PER_PAGE);
      for (const brain of brains) await this.tidy(brain);
      after = brains.at(-1)?.uid ?? null;
      if (after === null) return;
    }
  }

  async #tidy(brain: BrainName): Promise<void> {
    const startedAt = performance.now();
    const { events, bytes } = await this.#pruneLog(brain);
    const checkpoints = await this.#removeSurplus(brain);
    if (checkpoints > 0) this.#collect(brain);
    if (events + checkpoints > 0) {
      const durationMs = Math.round(performance.now() - startedAt);
      this.#parts.logger.info({ brain: brain.id, events, bytes, checkpoints, durationMs }, "history pruned");
    }
    await this.#reclaim(bytes);
  }

  /** Gives the space of deleted rows back, once it is worth it. */
  async #reclaim(bytes: number): Promise<void> {
    this.#unreclaimedBytes += bytes;
    if (this.#unreclaimedBytes < RECLAIM_BYTES || this.#isClosed) return;
    this.#unreclaimedBytes = 0;
    await this.#parts.database.reclaim();
  }

  async #pruneLog(brain: BrainName): Promise<{ events: number; bytes: number }> {
    const total = { events: 0, bytes: 0 };
    const floor = await this.#soundFloor(brain);
    if (floor === null) return total;
    const { history, log } = this.#parts;
    while (!this.#isClosed) {
      await log.readers.left(brain.uid);
      const deleted = await log.readers.ifUnread(brain.uid, () =>
        history.deleteEvents(brain.uid, floor, EVENTS_PER_STATEMENT),
      );
      if (deleted === null) continue;
      total.events += deleted.events;
      total.bytes += deleted.bytes;
      if (deleted.events < EVENTS_PER_STATEMENT) break;
    }
    return total;
  }

  /** @returns the checkpoint with which the log may begin, or null when no event can go */
  async #soundFloor(brain: BrainName): Promise<KeptCheckpoint | null> {
    const { checkpoints, history, log, logger } = this.#parts;
    const kept = await history.kept(brain.uid);
    if (kept === null) return null;
    for (const floor of floors(kept, this.#policy, new Date())) {
      const isSound = await log.readers.hold(brain.uid, async () => {
        const row = await checkpoints.find(brain.uid, floor.id);
        return row !== null && (await checkpoints.isSound(row));
      });
      if (isSound) return floor;
      logger.error(
        { brain: brain.id, checkpoint: floor.id, seq: floor.seq },
        "checkpoint damaged, keeping the log before it",
      );
    }
    return null;
  }

  /** @returns how many checkpoints there were that nobody needs; while somebody reads (a restore, say), the next round removes them */
  async #removeSurplus({ uid }: BrainName): Promise<number> {
    const { checkpoints, history, log } = this.#parts;
    const removed = await this.#lock.run(uid, () =>
      log.readers.ifUnread(uid, async () => {
        const kept = await history.kept(uid);
        const rows = kept === null ? [] : surplus(kept, this.#policy, new Date());
        for (const { id } of rows) await checkpoints.remove(uid, id);
        return rows.length;
      }),
    );
    return removed ?? 0;
  }

  /** Removes what removed checkpoints leave behind, once nobody reads it. */
  #collect({ uid, id }: BrainName): void {
    const { checkpoints, log, logger } = this.#parts;
    const collecting = checkpoints
      .collect(uid, log.readers)
      .then(({ bytes }) => this.#reclaim(bytes))
      .catch((err) =>
        logger[failureLevel(err, "warn")]({ brain: id, err }, "space of removed checkpoints not given back"),
      )
      .finally(() => this.#collecting.delete(collecting));
    this.#collecting.add(collecting);
  }
}
