// One brain's waiting work inside a host. Tasks run one at a time in order of arrival; predictions that wait between the same two tasks
// are computed together, as far as they want the same.

import type { Prediction } from "../brain/brain.ts";
import { type Matrix, zeros } from "../tensor/matrix.ts";

/** A change of the brain, or a look at it. */
type Task = { readonly kind: "task"; readonly run: () => Promise<void> };
type Predict = {
  readonly kind: "predict";
  readonly inputs: Matrix;
  readonly topK: number;
  readonly explain: boolean;
  readonly answer: (predictions: readonly Prediction[]) => void;
};

export type Predictor = (inputs: Matrix, topK: number, explain: boolean) => Promise<readonly Prediction[]>;

export class Mailbox {
  readonly #predictor: Predictor;
  readonly #maxBatchRows: number;
  #jobs: (Task | Predict)[] = [];

  /** @param maxBatchRows predictions are computed together up to this many rows; a longer single request is computed alone */
  constructor(predictor: Predictor, maxBatchRows: number) {
    this.#predictor = predictor;
    this.#maxBatchRows = maxBatchRows;
  }

  get isRunnable(): boolean {
    return this.#jobs.length > 0;
  }

  add(run: () => Promise<void>): void {
    this.#jobs.push({ kind: "task", run });
  }

  predict(
    inputs: Matrix,
    { topK, explain }: { readonly topK: number; readonly explain: boolean },
    answer: (predictions: readonly Prediction[]) => void,
  ): void {
    this.#jobs.push({ kind: "predict", inputs, topK, explain, answer });
  }

  /** Runs the next task, or the next predictions as one batch. */
  async runNext(): Promise<void> {
    const [first] = this.#jobs;
    if (first === undefined) return;
    if (first.kind === "task") {
      this.#jobs.shift();
      return first.run();
    }
    const { explain } = first;
    const batch = this.#takePredictions(explain);
    const topK = Math.max(...batch.map((job) => job.topK));
    const predictions = await this.#predictor(stack(batch.map((job) => job.inputs)), topK, explain);
    let row = 0;
    for (const job of batch) {
      const own = predictions.slice(row, row + job.inputs.rows);
      job.answer(own.map((prediction) => cut(prediction, job.topK)));
      row += job.inputs.rows;
    }
  }

  /**
   * The predictions up to the next task, as many as fit one batch, at least one. Explanations cost more than the rest of an answer, so
   * those who want them are computed apart.
   */
  #takePredictions(explain: boolean): Predict[] {
    const batch: Predict[] = [];
    const rest: (Task | Predict)[] = [];
    let rows = 0;
    let isOpen = true;
    for (const job of this.#jobs) {
      const isAlike = job.kind === "predict" && job.explain === explain;
      if (job.kind === "task") isOpen = false;
      else if (isAlike && rows > 0 && rows + job.inputs.rows > this.#maxBatchRows) isOpen = false;
      if (isOpen && isAlike) {
        batch.push(job);
        rows += job.inputs.rows;
      } else rest.push(job);
    }
    this.#jobs = rest;
    return batch;
  }
}

/** A batch is computed with the largest `topK` of its callers. */
function cut({ explanation, ...prediction }: Prediction, topK: number): Prediction {
  const scores = prediction.scores.slice(0, topK);
  if (explanation === undefined) return { ...prediction, scores };
  const { contributions } = explanation;
  if (contributions === undefined) return { ...prediction, scores, explanation };
  const { combined, core, overlay } = contributions;
  const best = {
    combined: combined.slice(0, topK),
    core: core.slice(0, topK),
    overlay: overlay.slice(0, topK),
  };
  return { ...prediction, scores, explanation: { ...explanation, contributions: best } };
}

function stack(parts: readonly Matrix[]): Matrix {
  const [only] = parts;
  if (only === undefined) throw new Error("no predictions to compute");
  if (parts.length === 1) return only;
  const whole = zeros(
    parts.reduce((rows, part) => rows + part.rows, 0),
    only.cols,
  );
  let offset = 0;
  for (const part of parts) {
    whole.data.set(part.data, offset);
    offset += part.data.length;
  }
  return whole;
}
