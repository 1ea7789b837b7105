// One brain's changes, and looks at it, that wait in a host. Invariant: they run one at a time, in order of arrival; long work that one of them
// leaves behind is done before the next, in pieces, and what has arrived for other brains goes on in between.

import type { Queue, Scheduler } from "./scheduler.ts";

/** Does a piece. @returns whether there is more */
type Piece = () => Promise<boolean>;

export class TaskQueue implements Queue {
  readonly lane = "tasks";
  readonly #scheduler: Scheduler;
  readonly #tasks: (() => Promise<void>)[] = [];
  #piece: Piece | null = null;
  #isResting = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get isRunnable(): boolean {
    return !this.#isResting && (this.#piece !== null || this.#tasks.length > 0);
  }

  /** A rejection of `run` is a bug: it reaches the scheduler, which ends the host, and the caller never hears. */
  run<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#tasks.push(async () => resolve(await run()));
      this.#scheduler.wake(this);
    });
  }

  /** Called by a task: `piece` is done again and again, until there is no more, before the next task begins. */
  follow(piece: Piece): void {
    this.#piece = piece;
    this.#rest();
  }

  async runNext(): Promise<void> {
    if (this.#piece === null) await this.#tasks.shift()?.();
    else {
      if (!(await this.#piece())) this.#piece = null;
      this.#rest();
    }
  }

  /** Lets in what has arrived meanwhile. */
  #rest(): void {
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.#scheduler.wake(this);
    });
  }
}
