// Deletes what is over its time, in the background: now and then, a bounded statement at a time. Nobody waits for it, and a failure (the
// database is away) only means that the next round has more to do.

import type { Logger } from "pino";
import type { Database } from "../store/database.ts";
import { failureLevel } from "./failure-level.ts";

const EVERY_MS = 10 * 60_000;
const ROWS_PER_STATEMENT = 1_000;

/** One sort of things that expire. */
export type Sweep = {
  /** What they are called in the log. */
  readonly what: string;
  /** Deletes at most `limit` of them. @returns how many it deleted; fewer than `limit` when that was all */
  readonly deleteSome: (limit: number) => Promise<number>;
};

export class Expiry {
  readonly #sweeps: readonly Sweep[];
  readonly #database: Pick<Database, "reclaim">;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #sweep: Promise<void> = Promise.resolve();
  #isSweeping = false;
  #isClosed = false;

  constructor(sweeps: readonly Sweep[], database: Pick<Database, "reclaim">, log: Logger, everyMs = EVERY_MS) {
    this.#sweeps = sweeps;
    this.#database = database;
    this.#log = log;
    this.#timer = setInterval(() => this.#start(), everyMs).unref();
    this.#start();
  }

  /** Waits for the statement that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#sweep;
  }

  #start(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#sweep = this.#sweepAll().finally(() => {
      this.#isSweeping = false;
    });
  }

  async #sweepAll(): Promise<void> {
    let total = 0;
    for (const { what, deleteSome } of this.#sweeps) {
      try {
        const count = await this.#deleteAll(deleteSome);
        if (count > 0) this.#log.info({ what, count }, "expired rows deleted");
        total += count;
      } catch (error) {
        this.#log[failureLevel(error, "warn")]({ what, err: error }, "expired rows not deleted");
      }
    }
    if (total > 0 && !this.#isClosed) await this.#database.reclaim();
  }

  async #deleteAll(deleteSome: Sweep["deleteSome"]): Promise<number> {
    let total = 0;
    for (let rows = ROWS_PER_STATEMENT; rows === ROWS_PER_STATEMENT && !this.#isClosed; total += rows) {
      rows = await deleteSome(ROWS_PER_STATEMENT);
    }
    return total;
  }
}
