// Deletes tracked predictions whose time is over, in the background: now and then, a bounded statement at a time. Nobody waits for it, and a
// failure (the database is away) only means that the next round has more to do.

import type { Logger } from "pino";
import type { Database } from "../store/database.ts";
import type { TrackedPredictions } from "../store/tracked-predictions.ts";

const EVERY_MS = 10 * 60_000;
const ROWS_PER_STATEMENT = 1_000;

export class Expiry {
  readonly #tracked: TrackedPredictions;
  readonly #database: Pick<Database, "reclaim">;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #sweep: Promise<void> = Promise.resolve();
  #isSweeping = false;
  #isClosed = false;

  constructor(tracked: TrackedPredictions, database: Pick<Database, "reclaim">, log: Logger, everyMs = EVERY_MS) {
    this.#tracked = tracked;
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
    this.#sweep = this.#deleteAll()
      .catch((error) => this.#log.warn({ err: error }, "expired predictions not deleted"))
      .finally(() => {
        this.#isSweeping = false;
      });
  }

  async #deleteAll(): Promise<void> {
    let total = 0;
    for (let rows = ROWS_PER_STATEMENT; rows === ROWS_PER_STATEMENT && !this.#isClosed; total += rows) {
      rows = await this.#tracked.deleteExpired(ROWS_PER_STATEMENT);
    }
    if (total === 0) return;
    this.#log.info({ predictions: total }, "expired predictions deleted");
    if (!this.#isClosed) await this.#database.reclaim();
  }
}
