// What a brain has left to do that makes its predictions faster (`Brain.catchUp`), a few milliseconds at a time. It takes turns with the
// calls of all brains in the host, so that none waits for more than one piece; what arrives meanwhile comes before the next one.

import type { Brain } from "../brain/brain.ts";
import type { Queue, Scheduler } from "./scheduler.ts";

export class CatchUp implements Queue {
  readonly lane = "tasks";
  readonly #brain: Brain;
  readonly #scheduler: Scheduler;
  #isResting = false;
  #isOver = false;

  constructor(brain: Brain, scheduler: Scheduler) {
    this.#brain = brain;
    this.#scheduler = scheduler;
  }

  get isRunnable(): boolean {
    return !this.#isOver && !this.#isResting && this.#brain.isBehind;
  }

  /** Goes on while there is something to do. Called after each change of the brain. */
  wake(): void {
    if (this.isRunnable) this.#scheduler.wake(this);
  }

  async runNext(): Promise<void> {
    await this.#brain.catchUp();
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.wake();
    });
  }

  /** The brain is about to go. */
  end(): void {
    this.#isOver = true;
  }
}
