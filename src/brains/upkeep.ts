// What is done now and then for all brains: checkpoints of those whose last one is old, leave from memory for those that nobody uses, and
// removal of what is not kept any more. It owns the one timer. Invariants: few checkpoints at once, one round at a time; what fails is
// logged where it happens and made good by a later round; nothing starts after `close`.

import type { Database } from "../store/database.ts";
import type { CheckpointPolicy } from "./checkpointer.ts";
import type { LiveBrain } from "./live-brain.ts";
import type { Retention } from "./retention.ts";

const MAX_ROUND_MS = 15_000;
const TIDY_EVERY_MS = 30 * 60_000;
/** A checkpoint costs its host and the database: those of many brains that fall due together take turns. */
const AT_ONCE = 2;

type Kept = Pick<LiveBrain, "checkpointIfOld" | "evictIfIdle">;

/** The brains that are open. */
type OpenBrains<Brain extends Kept> = { readonly all: readonly Brain[]; rest(brain: Brain): void; sweep(): void };

export type UpkeepPolicy = Pick<CheckpointPolicy, "everySeconds"> & {
  /** A brain that nobody uses for so long leaves memory; 0 for never. */
  readonly idleEvictMs: number;
};

export class Upkeep<Brain extends Kept> {
  readonly #database: Pick<Database, "presence">;
  readonly #brains: OpenBrains<Brain>;
  readonly #retention: Pick<Retention, "tidyAll">;
  readonly #idleMs: number;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(
    brains: OpenBrains<Brain>,
    retention: Pick<Retention, "tidyAll">,
    { everySeconds, idleEvictMs }: UpkeepPolicy,
    database: Pick<Database, "presence">,
  ) {
    this.#database = database;
    this.#brains = brains;
    this.#retention = retention;
    this.#idleMs = idleEvictMs === 0 ? Number.POSITIVE_INFINITY : idleEvictMs;
    // A checkpoint, and a leave, is late by a round at most.
    const everyMs = Math.min(MAX_ROUND_MS, (everySeconds * 1000) / 4, this.#idleMs / 4);
    this.#timer = setInterval(() => this.#start(), everyMs).unref();
  }

  /** Waits for the checkpoints that are under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  #start(): void {
    if (!this.#database.presence.isUp) return; // a snapshot is made before anybody notices that it cannot be kept
    this.#tidyIfTime();
    this.#round ??= this.#run().finally(() => {
      this.#round = null;
    });
  }

  async #run(): Promise<void> {
    const waiting = [...this.#brains.all];
    const worker = async (): Promise<void> => {
      for (let brain = waiting.pop(); brain !== undefined && !this.#isClosed; brain = waiting.pop()) {
        if (await brain.evictIfIdle(this.#idleMs)) this.#brains.rest(brain);
        else await brain.checkpointIfOld();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.#brains.sweep();
  }

  /** Beside the checkpoints, which do not wait for it. */
  #tidyIfTime(): void {
    if (performance.now() - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    this.#tidiedAtMs = performance.now();
    void this.#retention.tidyAll();
  }
}
