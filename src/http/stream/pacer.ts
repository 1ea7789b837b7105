// How fast one stream may be sent to: at most so many messages a second, evenly. Time comes in as a parameter.

/** Timers are late by a few ms: so much of it is made up for. */
const MAX_LATE_MS = 50;

export class Pacer {
  #intervalMs = 0;
  #nextAtMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond null: as fast as it goes */
  limit(perSecond: number | null): void {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
    this.#nextAtMs = Number.NEGATIVE_INFINITY;
  }

  /** @returns how long the next message has to wait, in ms; 0: it may go now */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextAtMs - nowMs);
  }

  /** Counts a message that was sent at `nowMs`. */
  sent(nowMs: number): void {
    if (this.#intervalMs > 0) this.#nextAtMs = Math.max(this.#nextAtMs, nowMs - MAX_LATE_MS) + this.#intervalMs;
  }
}
