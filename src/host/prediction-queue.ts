// One brain's predictions that wait in a host. Those that wait together are computed together, whatever they want to know besides, and may
// pass changes that nobody has heard of yet. Where several callers are at it, the first of a batch waits a moment for the others; a caller
// that is alone never does. Invariants: a prediction is answered with its own rows; one that is not wanted any more costs no computing.

import type { Brain, Prediction } from "../brain/brain.ts";
import { joinedRows, type Matrix } from "../tensor/matrix.ts";
import type { Queue, Scheduler } from "./scheduler.ts";

export type BatchLimits = {
  /** Predictions are computed together up to this many rows; a longer call is computed alone. */
  readonly maxBatchRows: number;
  /** How long the first of a batch may wait for others. */
  readonly maxBatchDelayMs: number;
};

/** What a caller asks. */
export type Question = {
  /** float32 [rows, inputDim] */
  readonly inputs: Matrix;
  readonly topK: number;
  readonly explain: boolean;
  /** Whether the caller still waits for the answer. */
  readonly isWanted?: () => boolean;
};

/** Hears a prediction per row as soon as they are computed, before anything else is; null when they were not wanted any more. */
type Listener = (predictions: readonly Prediction[] | null) => void;
type Waiting = Question & { readonly arrivedMs: number; readonly answer: Listener };

export class PredictionQueue implements Queue {
  readonly lane = "predictions";
  readonly #brain: Pick<Brain, "predict">;
  readonly #limits: BatchLimits;
  readonly #scheduler: Scheduler;
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  /** How many callers seem to be at it: those of the last batch, and those that waited behind it. */
  #callers = 1;
  #timer: NodeJS.Timeout | null = null;
  #onEmpty: (() => void) | null = null;

  constructor(
    brain: Pick<Brain, "predict">,
    limits: BatchLimits,
    scheduler: Scheduler,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#brain = brain;
    this.#limits = limits;
    this.#scheduler = scheduler;
    this.#nowMs = nowMs;
  }

  get isRunnable(): boolean {
    return this.#waiting.length > 0 && this.#delayMs() <= 0;
  }

  ask(question: Question, answer: Listener): void {
    this.#waiting.push({ ...question, arrivedMs: this.#nowMs(), answer });
    this.#wake();
  }

  /** Resolves once nothing waits. Call it when nothing more comes. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    this.#callers = 1; // nobody else is to be waited for
    this.#wake();
    await empty;
  }

  async runNext(): Promise<void> {
    this.#stopTimer();
    const batch = this.#takeBatch();
    this.#callers = batch.length + this.#waiting.length;
    if (batch.length > 0) await this.#compute(batch);
    if (this.#waiting.length === 0) this.#onEmpty?.();
    else this.#wake();
  }

  async #compute(batch: readonly Waiting[]): Promise<void> {
    const askers = batch.flatMap((question) => Array<Waiting>(question.inputs.rows).fill(question));
    const predictions = await this.#brain.predict(
      joinedRows(batch.map(({ inputs }) => inputs)),
      (row) => askers[row]?.topK ?? 0,
      (row) => askers[row]?.explain ?? false,
    );
    let row = 0;
    for (const { inputs, answer } of batch) {
      answer(predictions.slice(row, row + inputs.rows));
      row += inputs.rows;
    }
  }

  /** The first that wait, as many as fit one batch, at least one where any is still wanted. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let rows = 0;
    let taken = 0;
    for (const question of this.#waiting) {
      const isWanted = question.isWanted?.() ?? true;
      if (isWanted && batch.length > 0 && rows + question.inputs.rows > this.#limits.maxBatchRows) break;
      taken++;
      if (isWanted) {
        batch.push(question);
        rows += question.inputs.rows;
      } else question.answer(null);
    }
    this.#waiting = this.#waiting.slice(taken);
    return batch;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake(): void {
    const delayMs = this.#delayMs();
    if (delayMs <= 0) this.#scheduler.wake(this);
    else this.#timer ??= setTimeout(() => this.#retry(), delayMs);
  }

  #retry(): void {
    this.#timer = null;
    this.#wake();
  }

  /** How long the first is still to wait for others. */
  #delayMs(): number {
    const [first] = this.#waiting;
    if (first === undefined || this.#waiting.length >= this.#callers) return 0;
    return first.arrivedMs + this.#limits.maxBatchDelayMs - this.#nowMs();
  }
}
