// One evaluation of a hold-out under way: the brain answers its samples in small pieces, between which others have their turn.
// Invariant: the brain and the hold-out stay as they are from the first piece to the last; their owner sees to that.

import type { Matrix } from "../../tensor/matrix.ts";
import { NO_SAMPLES, type Tally, tallied } from "./answers.ts";
import type { HeldSamples } from "./held-samples.ts";

/** Samples of a piece: some milliseconds of a large brain. */
export const PIECE_ROWS = 32;

/** What an evaluation found. */
export type EvaluationResult = {
  /** Ordinal of the task in which, or at the end of which, it was made. */
  readonly task: number;
  /** Of the state that was evaluated. */
  readonly seq: number;
  readonly all: Tally;
  /** By ordinal. */
  readonly tasks: ReadonlyMap<number, Tally>;
  /** By class id. */
  readonly classes: ReadonlyMap<number, Tally>;
};

export class Evaluation {
  readonly #task: number;
  readonly #seq: number;
  readonly #samples: HeldSamples;
  readonly #tasks = new Map<number, Tally>();
  readonly #classes = new Map<number, Tally>();
  #all = NO_SAMPLES;

  constructor(task: number, seq: number, samples: HeldSamples) {
    this.#task = task;
    this.#seq = seq;
    this.#samples = samples;
  }

  get isDone(): boolean {
    return this.#all.samples === this.#samples.stored;
  }

  /** The samples to be answered next: float32 [n, inputDim] */
  get piece(): Matrix {
    const from = this.#all.samples;
    return this.#samples.inputs(from, Math.min(from + PIECE_ROWS, this.#samples.stored));
  }

  /** @param answers what the brain takes the samples of the piece for: int32 [n] */
  add(answers: Int32Array): void {
    for (const answer of answers) {
      const owner = this.#samples.owners[this.#all.samples];
      if (owner === undefined) throw new RangeError(`there are ${this.#all.samples} samples, and more answers`);
      const isRight = answer === owner.classId;
      this.#all = tallied(this.#all, isRight);
      this.#tasks.set(owner.task, tallied(this.#tasks.get(owner.task) ?? NO_SAMPLES, isRight));
      this.#classes.set(owner.classId, tallied(this.#classes.get(owner.classId) ?? NO_SAMPLES, isRight));
    }
  }

  get result(): EvaluationResult {
    return { task: this.#task, seq: this.#seq, all: this.#all, tasks: this.#tasks, classes: this.#classes };
  }
}
