// The calls that use a brain where it is, and the door that is closed to them while it leaves.
// Invariant: while the door is closed no use begins; those who come wait until it is open again.

import { setTimeout as sleep } from "node:timers/promises";

/** Calls under way take milliseconds, the longest a second or two. */
const DRAIN_TIMEOUT_MS = 5_000;
const DRAIN_LOOK_MS = 5;

export class Uses {
  readonly #onCall: () => void;
  #count = 0;
  #endedAtMs = performance.now();
  #closed: Promise<void> | null = null;

  /** @param onCall hears of the end of each call */
  constructor(onCall: () => void) {
    this.#onCall = onCall;
  }

  get isNone(): boolean {
    return this.#count === 0;
  }

  /** How long ago the last call ended. */
  get idleMs(): number {
    return performance.now() - this.#endedAtMs;
  }

  /** Runs `work` as a use on whose account the brain stays in memory. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    while (this.#closed !== null) await this.#closed;
    return this.aside(work).finally(() => this.note());
  }

  /** Runs `work` as a use that is nobody's call: the door is open to it, and the brain is not younger for it. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await work();
    } finally {
      this.#count--;
    }
  }

  /** Counts as the end of a call. */
  note(): void {
    this.#endedAtMs = performance.now();
    this.#onCall();
  }

  /**
   * Runs `work` behind the closed door, once all is quiet.
   * @returns what `work` does, or false when what is under way does not end in time
   */
  async closed(isQuiet: () => boolean, work: () => Promise<boolean>): Promise<boolean> {
    let open = (): void => {};
    this.#closed = new Promise((resolve) => {
      open = resolve;
    });
    try {
      const deadline = performance.now() + DRAIN_TIMEOUT_MS;
      while (!isQuiet() && performance.now() < deadline) await sleep(DRAIN_LOOK_MS);
      return isQuiet() && (await work());
    } finally {
      this.#closed = null;
      open();
    }
  }
}
