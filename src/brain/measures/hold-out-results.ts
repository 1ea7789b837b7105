// What evaluations of the hold-out found: per task in the order of the tasks, and per class. Invariant: the row of a task is of its end, that
// of the current one of the latest evaluation.

import { accuracyOf, NO_SAMPLES, type Tally } from "./answers.ts";
import type { EvaluationResult } from "./evaluation.ts";
import type { TransferMatrix } from "./transfer.ts";

/** The latest evaluation: of which state, in which task, and what it found. */
export type LastEvaluation = Tally & { readonly seq: number; readonly task: number };

/** Accuracy on a class at the latest evaluation, and when it was best. */
export type ClassRecord = { readonly now: Tally; readonly best: Tally };

const NO_RECORD: ClassRecord = { now: NO_SAMPLES, best: NO_SAMPLES };

export type ResultRows = ReadonlyMap<number, ReadonlyMap<number, Tally>>;

export class HoldOutResults {
  #last: LastEvaluation | null;
  /** By the ordinal of the task at whose end it was made, then by that of the samples. */
  #rows: ResultRows;
  readonly #classes: Map<number, ClassRecord>;
  #from: number;

  /** @param from ordinal of the first task that is kept */
  constructor(
    from: number,
    last: LastEvaluation | null = null,
    rows: ResultRows = new Map(),
    classes: ReadonlyMap<number, ClassRecord> = new Map(),
  ) {
    this.#from = from;
    this.#last = last;
    this.#rows = rows;
    this.#classes = new Map(classes);
  }

  get last(): LastEvaluation | null {
    return this.#last;
  }

  get rows(): ResultRows {
    return this.#rows;
  }

  ofClass(classId: number): ClassRecord {
    return this.#classes.get(classId) ?? NO_RECORD;
  }

  /** Accuracy on a task's samples at the latest evaluation; null where there were none. */
  ofTask(ordinal: number): number | null {
    if (this.#last === null) return null;
    return accuracyOf(this.#rows.get(this.#last.task)?.get(ordinal) ?? NO_SAMPLES);
  }

  /** Forgets what was found of the tasks before this one. @param from ordinal */
  keepFrom(from: number): void {
    this.#from = from;
    this.#rows = new Map(this.#kept(this.#rows).map(([ordinal, tasks]) => [ordinal, new Map(this.#kept(tasks))]));
  }

  #kept<T>(byTask: ReadonlyMap<number, T>): (readonly [ordinal: number, of: T])[] {
    return [...byTask].filter(([ordinal]) => ordinal >= this.#from);
  }

  add({ task, seq, all, tasks, classes }: EvaluationResult): void {
    this.#last = { seq, task, ...all };
    this.#rows = new Map([...this.#rows, [task, new Map(this.#kept(tasks))]]);
    this.keepFrom(this.#from);
    for (const [classId, { best }] of this.#classes) this.#classes.set(classId, { now: NO_SAMPLES, best });
    for (const [classId, now] of classes) {
      const { best } = this.ofClass(classId);
      this.#classes.set(classId, { now, best: isBetter(now, best) ? now : best });
    }
  }

  /** What a class was known like counts no more. */
  forgetClass(classId: number): void {
    this.#classes.delete(classId);
  }

  /** Rows and columns for the tasks with these ordinals. */
  matrix(ordinals: readonly number[]): TransferMatrix {
    return ordinals.map((i) => ordinals.map((j) => accuracyOf(this.#rows.get(i)?.get(j) ?? NO_SAMPLES)));
  }
}

/** By accuracy, without dividing; any is better than none. */
const isBetter = (a: Tally, b: Tally): boolean => b.samples === 0 || a.right * b.samples > b.right * a.samples;
