// What a brain has left to do that makes its predictions faster (`Brain.catchUp`), a few milliseconds at a time. It takes turns with the
// calls of all brains in the host, so that none waits for more than one piece; what arrives meanwhile comes before the next one.

import type { Brain } from "../brain/brain.ts";
import type { Queue, Scheduler } from "./scheduler.ts";

/** Lessons that follow each other are not further apart: what is solved between two of them is thrown away by the second. */
const QUIET_MS = 20;

export class CatchUp implements Queue {
  readonly lane = "tasks";
  readonly #brain: Brain;
  readonly #scheduler: Scheduler;
  #isResting = false;
  #quiet: NodeJS.Timeout | undefined;
  #pause: NodeJS.Immediate | undefined;
  #isOver = false;

  constructor(brain: Brain, scheduler: Scheduler) {
    this.#brain = brain;
    this.#scheduler = scheduler;
  }

  get isRunnable(): boolean {
    return !this.#isOver && !this.#isResting && this.#brain.isBehind;
  }

  /** Called after each change of the brain: goes on while there is something to do, with solving once there has been no change for a moment. */
  wake(): void {
    if (this.#isOver || !this.#brain.isBehind) return;
    this.#rest();
    if (this.#brain.isUnsolved) this.#quiet = setTimeout(() => this.#goOn(), QUIET_MS);
    else this.#goOn();
  }

  async runNext(): Promise<void> {
    await this.#brain.catchUp();
    this.#rest();
    this.#pause = setImmediate(() => this.#goOn());
  }

  #rest(): void {
    this.#isResting = true;
    clearTimeout(this.#quiet);
    clearImmediate(this.#pause);
  }

  #goOn(): void {
    this.#isResting = false;
    if (this.isRunnable) this.#scheduler.wake(this);
  }

  /** The brain is about to go. */
  end(): void {
    this.#isOver = true;
    this.#rest();
  }
}
