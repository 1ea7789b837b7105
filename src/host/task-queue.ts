// One brain's changes, and looks at it, that wait in a host. Invariants: they run one at a time, in order of arrival, and none begins while another
// pauses; long work that one of them leaves behind is done before the next, in pieces. What has arrived for other brains, and predictions of
// this one, go on in every pause and between pieces.

import type { Pace } from "../tensor/pace.ts";
import type { Queue, Scheduler } from "./scheduler.ts";

/** A task that is long may pause when its turn has lasted so long. */
const TURN_MS = 4;

/** Does a piece. @returns whether there is more */
type Piece = () => Promise<boolean>;

export class TaskQueue implements Queue {
  readonly lane = "tasks";
  readonly #scheduler: Scheduler;
  readonly #nowMs: () => number;
  readonly #tasks: (() => Promise<void>)[] = [];
  #piece: Piece | null = null;
  /** Has the task go on that pauses. */
  #resume: (() => void) | null = null;
  #endTurn: () => void = () => {};
  #failTurn: (error: unknown) => void = () => {};
  #turnEndMs = 0;
  #isResting = false;

  constructor(scheduler: Scheduler, nowMs: () => number = () => performance.now()) {
    this.#scheduler = scheduler;
    this.#nowMs = nowMs;
  }

  get isRunnable(): boolean {
    return !this.#isResting && (this.#resume !== null || this.#piece !== null || this.#tasks.length > 0);
  }

  /**
   * A rejection of `run` is a bug: it reaches the scheduler, which ends the host, and the caller never hears.
   * @param run may ask its pace where others may go on
   */
  run<T>(run: (pace: Pace) => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#tasks.push(async () => resolve(await run(this.#pace)));
      this.#scheduler.wake(this);
    });
  }

  /** Called by a task: `piece` is done again and again, until there is no more, before the next task begins. */
  follow(piece: Piece): void {
    this.#piece = piece;
    this.#rest();
  }

  async runNext(): Promise<void> {
    if (this.#piece === null) await this.#turn();
    else {
      if (!(await this.#piece())) this.#piece = null;
      this.#rest();
    }
  }

  /** Begins the next task, or has the one that pauses go on. @returns when it is done or pauses */
  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#endTurn = resolve;
      this.#failTurn = reject;
      this.#turnEndMs = this.#nowMs() + TURN_MS;
      const resume = this.#resume;
      this.#resume = null;
      if (resume === null) this.#begin();
      else resume();
    });
  }

  #begin(): void {
    const task = this.#tasks.shift();
    // It may end in a later turn than it began in.
    (task?.() ?? Promise.resolve()).then(
      () => this.#endTurn(),
      (error: unknown) => this.#failTurn(error),
    );
  }

  readonly #pace: Pace = () => (this.#nowMs() < this.#turnEndMs ? undefined : this.#pause());

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#rest();
      this.#endTurn();
    });
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
