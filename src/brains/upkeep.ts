// What is done now and then for all brains: checkpoints of those whose last one is old, and removal of what is not kept any more. It owns
// the one timer. Invariants: few checkpoints at once, one round at a time; what fails is logged where
// it happens and made good by a later round; nothing starts after `close`.

import type { Database } from "../store/database.ts";
import type { CheckpointPolicy } from "./checkpointer.ts";
import type { LiveBrain } from "./live-brain.ts";
import type { Retention } from "./retention.ts";

const MAX_ROUND_MS = 15_000;
const TIDY_EVERY_MS = 30 * 60_000;
/** A checkpoint costs its host and the database: those of many brains that fall due together take turns. */
const AT_ONCE = 2;

export class Upkeep {
  readonly #database: Pick<Database, "presence">;
  readonly #brains: () => readonly Pick<LiveBrain, "checkpointIfOld">[];
  readonly #retention: Pick<Retention, "tidyAll">;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** @param brains those that are open */
  constructor(
    brains: () => readonly Pick<LiveBrain, "checkpointIfOld">[],
    retention: Pick<Retention, "tidyAll">,
    { everySeconds }: Pick<CheckpointPolicy, "everySeconds">,
    database: Pick<Database, "presence">,
  ) {
    this.#database = database;
    this.#brains = brains;
    this.#retention = retention;
    // A checkpoint is late by a round at most.
    this.#timer = setInterval(() => this.#start(), Math.min(MAX_ROUND_MS, (everySeconds * 1000) / 4)).unref();
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
    const waiting = [...this.#brains()];
    const worker = async (): Promise<void> => {
      for (let brain = waiting.pop(); brain !== undefined && !this.#isClosed; brain = waiting.pop()) {
        await brain.checkpointIfOld();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  /** Beside the checkpoints, which do not wait for it. */
  #tidyIfTime(): void {
    if (performance.now() - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    this.#tidiedAtMs = performance.now();
    void this.#retention.tidyAll();
  }
}
