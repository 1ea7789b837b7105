// The tasks of a stream: stretches that a caller marks, or that consolidations end. How right the brain was about each, test-then-train.
// Invariants: there is always a current task; a task that has ended has learned something; ordinals count all tasks that there ever were.

import { NO_SAMPLES, type Tally } from "./answers.ts";

/** How many tasks are kept, the last ones. */
export const MAX_TASKS = 64;

export type Task = Tally & {
  readonly name: string | null;
  /** Of the event that began it. */
  readonly seq: number;
  /** Its first learn call, answered before anything of the task was learned; null before. */
  readonly first: Tally | null;
};

export class TaskMeasures {
  /** Ordinal of the first one kept. */
  #from: number;
  #tasks: readonly Task[];

  /** @param tasks at least one */
  constructor(from: number, tasks: readonly Task[]) {
    this.#from = from;
    this.#tasks = tasks;
  }

  /** @param seq at which the first task begins */
  static begin(seq: number): TaskMeasures {
    return new TaskMeasures(0, [{ ...NO_SAMPLES, name: null, seq, first: null }]);
  }

  get from(): number {
    return this.#from;
  }

  /** Those kept, the current one last. */
  get all(): readonly Task[] {
    return this.#tasks;
  }

  /** Ordinal of the current one. */
  get current(): number {
    return this.#from + this.#tasks.length - 1;
  }

  get ordinals(): readonly number[] {
    return this.#tasks.map((_, index) => this.#from + index);
  }

  /** @param index among those kept @throws RangeError where there is none */
  at(index: number): Task {
    const task = this.#tasks.at(index);
    if (task === undefined) throw new RangeError(`there is no task at ${index}, ${this.#tasks.length} are kept`);
    return task;
  }

  /** Begins a task, unless the current one has learned nothing: that one takes the name then. @returns whether a task has ended */
  start(name: string | null, seq: number): boolean {
    const current = this.at(-1);
    if (current.samples > 0) {
      const tasks = [...this.#tasks, { ...NO_SAMPLES, name, seq, first: null }];
      this.#from += Math.max(0, tasks.length - MAX_TASKS);
      this.#tasks = tasks.slice(-MAX_TASKS);
      return true;
    }
    if (name !== null) this.#replaceCurrent({ ...current, name, seq });
    return false;
  }

  /** Counts a learn call. */
  note(call: Tally): void {
    const { samples, right, first, ...task } = this.at(-1);
    const sum = { samples: samples + call.samples, right: right + call.right };
    this.#replaceCurrent({ ...task, ...sum, first: first ?? call });
  }

  #replaceCurrent(task: Task): void {
    this.#tasks = this.#tasks.with(-1, task);
  }
}
