// Who computes next inside a host. One piece of work runs at a time (backends share scratch memory), brains take turns.

import type { Mailbox } from "./mailbox.ts";

export class Scheduler {
  readonly #ready: Mailbox[] = [];
  readonly #onBug: (error: unknown) => void;
  #isRunning = false;

  /** @param onBug hears what a piece of work threw: work reports expected failures itself */
  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  /** Tells that `mailbox` may have become runnable. */
  wake(mailbox: Mailbox): void {
    if (mailbox.isRunnable && !this.#ready.includes(mailbox)) this.#ready.push(mailbox);
    if (!this.#isRunning) this.#run().catch(this.#onBug);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let mailbox = this.#ready.shift(); mailbox !== undefined; mailbox = this.#ready.shift()) {
        if (!mailbox.isRunnable) continue;
        await mailbox.runNext();
        if (mailbox.isRunnable) this.#ready.push(mailbox);
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
