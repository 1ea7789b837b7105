// Who computes next inside a host. One piece of work runs at a time (backends share scratch memory), brains take turns.

/** Work that waits. */
export type Queue = { readonly isRunnable: boolean; runNext(): Promise<void> };

export class Scheduler {
  readonly #ready: Queue[] = [];
  readonly #onBug: (error: unknown) => void;
  #isRunning = false;

  /** @param onBug hears what a piece of work threw: work reports expected failures itself */
  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  /** Tells that `queue` may have become runnable. */
  wake(queue: Queue): void {
    if (queue.isRunnable && !this.#ready.includes(queue)) this.#ready.push(queue);
    if (!this.#isRunning) this.#run().catch(this.#onBug);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let queue = this.#ready.shift(); queue !== undefined; queue = this.#ready.shift()) {
        if (!queue.isRunnable) continue;
        await queue.runNext();
        if (queue.isRunnable) this.#ready.push(queue);
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
