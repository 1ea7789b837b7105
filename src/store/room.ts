// Whether the disk has room for changes. While it has none they are refused before they cost anything, but for one now and then that tries:
// what was deleted inside the database's files makes room that the disk does not show.

import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import type { Presence } from "./database-watch.ts";

const TRY_EVERY_MS = 1_000;

export class Room {
  readonly #log: Logger;
  #outage: Extract<Presence, { isUp: false }> | null = null;
  #nextTryMs = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Since when there is no room, and why; null when there is. */
  get outage(): Extract<Presence, { isUp: false }> | null {
    return this.#outage;
  }

  /** @param reason why there is no room now */
  lost(reason: string): void {
    this.#nextTryMs = performance.now() + TRY_EVERY_MS;
    if (this.#outage !== null) return;
    this.#outage = { isUp: false, reason, since: new Date() };
    this.#log.error({ reason }, "no room on the disk: changes are refused, predictions go on");
  }

  /** There is room, or may be: whether there is shows the next change. */
  found(): void {
    if (this.#outage !== null) this.#log.info("room on the disk again: changes are taken");
    this.#outage = null;
  }

  /**
   * Runs `change`, which needs room.
   * @throws EngramError `storage-full` without running it while there is none
   */
  async run<T>(change: () => Promise<T>): Promise<T> {
    if (this.#outage === null) return change();
    const now = performance.now();
    if (now < this.#nextTryMs) throw storageFull(new Error(this.#outage.reason));
    this.#nextTryMs = now + TRY_EVERY_MS;
    const result = await change();
    this.found();
    return result;
  }
}

/** @param cause that says for certain that nothing was written */
export const storageFull = (cause: unknown): EngramError =>
  new EngramError("storage-full", "The disk of the database is full. Nothing was changed.", [], { cause });
