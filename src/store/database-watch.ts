// Whether the database answers: asked in the background, one question at a time, so that who wants to know need not wait. Whatever it
// answers to others counts as well. Invariant: an outage is logged once, and so is its end.

import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

/** Whether the database answers; since when it does not, and why. */
export type Presence =
  | { readonly isUp: true }
  | { readonly isUp: false; readonly reason: string; readonly since: Date };

export type WatchOptions = {
  /** Rejects when the database does not answer, or refuses. */
  readonly ping: () => Promise<void>;
  /** An answer that takes longer is none. */
  readonly timeoutMs: number;
  /** Told once it was asked several times without any answer; and once something is heard again. */
  readonly onSilence?: () => void;
  readonly onVoice?: () => void;
  readonly log: Logger;
  readonly everyMs?: number;
};

/** With the time that a question may take, an outage is known within two seconds. */
const EVERY_MS = 500;
/** After so many questions without an answer, some four seconds, nobody is there: a statement of ours takes milliseconds. */
const SILENT_AFTER = 3;
/** An answer that lies in the socket behind a timer that came late is an answer. */
const GRACE_MS = 50;
/** Where even that came this late, this process was busy itself, and the question tells nothing. */
const BUSY_MS = 500;

const NO_ANSWER = "does not answer";

/** A server that refuses, and a system that cannot reach one, say so by a code; `pg` has none for what it gave up itself. */
const isAnswer = (error: unknown): error is Error => error instanceof Error && "code" in error;

export class DatabaseWatch {
  readonly #options: WatchOptions;
  readonly #everyMs: number;
  readonly #closing = new AbortController();
  #presence: Presence = { isUp: true };
  #heardAtMs = performance.now();
  /** Questions in a row that were not answered. */
  #unanswered = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? EVERY_MS;
    void this.#run();
  }

  get presence(): Presence {
    return this.#presence;
  }

  /** Tells that the database has answered somebody. */
  heard(): void {
    this.#heardAtMs = performance.now();
  }

  close(): void {
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (performance.now() - this.#heardAtMs < this.#everyMs) this.#up();
      else await this.#ask();
      await sleep(this.#everyMs, undefined, { ref: false, signal }).catch(() => {}); // ends the loop
    }
  }

  async #ask(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      await this.#inTime(this.#options.ping());
      this.heard();
      this.#up();
    } catch (error) {
      if (this.#closing.signal.aborted || this.#heardAtMs >= askedAtMs) return;
      if (isAnswer(error)) return this.#down(error.message || error.name);
      if (performance.now() - askedAtMs > this.#options.timeoutMs + BUSY_MS) return;
      this.#down(NO_ANSWER);
      if (++this.#unanswered === SILENT_AFTER) this.#options.onSilence?.();
    }
  }

  async #inTime(ping: Promise<void>): Promise<void> {
    const { signal } = this.#closing;
    const answered = new AbortController();
    const waiting = { ref: false, signal: AbortSignal.any([signal, answered.signal]) };
    const late = sleep(this.#options.timeoutMs, undefined, waiting)
      .then(() => sleep(GRACE_MS, undefined, waiting))
      .then(() => Promise.reject(new Error(NO_ANSWER)));
    try {
      await Promise.race([ping, late]);
    } finally {
      answered.abort();
      late.catch(() => {});
      ping.catch(() => {});
    }
  }

  #up(): void {
    const was = this.#presence;
    if (this.#unanswered >= SILENT_AFTER) this.#options.onVoice?.();
    this.#unanswered = 0;
    if (was.isUp) return;
    this.#presence = { isUp: true };
    this.#options.log.info({ awayMs: Date.now() - was.since.getTime() }, "database answers again");
  }

  #down(reason: string): void {
    const since = this.#presence.isUp ? new Date() : this.#presence.since;
    if (this.#presence.isUp)
      this.#options.log.error({ reason }, "database is away: predictions go on, changes are refused");
    this.#presence = { isUp: false, reason, since };
  }
}
