// One brain's changes, and looks at it, that wait in a host. Invariant: they run one at a time, in order of arrival.

import type { Queue, Scheduler } from "./scheduler.ts";

export class TaskQueue implements Queue {
  readonly lane = "tasks";
  readonly #scheduler: Scheduler;
  readonly #tasks: (() => Promise<void>)[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get isRunnable(): boolean {
    return this.#tasks.length > 0;
  }

  /** A rejection of `run` is a bug: it reaches the scheduler, which ends the host, and the caller never hears. */
  run<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#tasks.push(async () => resolve(await run()));
      this.#scheduler.wake(this);
    });
  }

  async runNext(): Promise<void> {
    await this.#tasks.shift()?.();
  }
}
