// One brain's waiting work inside a host. Changes and readings run one at a time in order of arrival; predictions that wait together are
// computed together. While a snapshot is read the mailbox is held: changes wait, the others pass them, so the state under the snapshot stays.

import type { Prediction } from "../brain/brain.ts";
import { type Matrix, zeros } from "../tensor/matrix.ts";

type Change = { readonly kind: "change"; readonly run: () => Promise<void> };
/** Looks at the brain and leaves it as it is. */
type Read = { readonly kind: "read"; readonly run: () => Promise<void> };
type Predict = {
  readonly kind: "predict";
  readonly inputs: Matrix;
  readonly topK: number;
  readonly explain: boolean;
  readonly answer: (predictions: readonly Prediction[]) => void;
};
type Job = Change | Read | Predict;

export type Predictor = (inputs: Matrix, topK: number, explain: boolean) => Promise<readonly Prediction[]>;

export class Mailbox {
  readonly #predictor: Predictor;
  readonly #maxBatchRows: number;
  #jobs: Job[] = [];
  #isHeld = false;

  /** @param maxBatchRows predictions are computed together up to this many rows; a longer single request is computed alone */
  constructor(predictor: Predictor, maxBatchRows: number) {
    this.#predictor = predictor;
    this.#maxBatchRows = maxBatchRows;
  }

  get isRunnable(): boolean {
    return this.#isHeld ? this.#jobs.some((job) => job.kind !== "change") : this.#jobs.length > 0;
  }

  change(run: () => Promise<void>): void {
    this.#jobs.push({ kind: "change", run });
  }

  read(run: () => Promise<void>): void {
    this.#jobs.push({ kind: "read", run });
  }

  predict(
    inputs: Matrix,
    { topK, explain }: { readonly topK: number; readonly explain: boolean },
    answer: (predictions: readonly Prediction[]) => void,
  ): void {
    this.#jobs.push({ kind: "predict", inputs, topK, explain, answer });
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  /** Runs the next change or reading, or the next predictions as one batch. */
  async runNext(): Promise<void> {
    const next = this.#jobs.findIndex((job) => job.kind !== "change" || !this.#isHeld);
    const first = this.#jobs[next];
    if (first !== undefined && first.kind !== "predict") {
      this.#jobs.splice(next, 1);
      return first.run();
    }
    const batch = this.#takePredictions();
    const topK = Math.max(...batch.map((job) => job.topK));
    const explain = batch.some((job) => job.explain);
    const predictions = await this.#predictor(stack(batch.map((job) => job.inputs)), topK, explain);
    let row = 0;
    for (const job of batch) {
      const own = predictions.slice(row, row + job.inputs.rows);
      job.answer(own.map((prediction) => asWished(prediction, job)));
      row += job.inputs.rows;
    }
  }

  /** The predictions at the front (past waiting changes while held), as many as fit one batch, at least one. */
  #takePredictions(): Predict[] {
    const batch: Predict[] = [];
    const rest: Job[] = [];
    let rows = 0;
    let isOpen = true;
    for (const job of this.#jobs) {
      if (job.kind === "change") isOpen &&= this.#isHeld;
      else if (job.kind === "predict" && rows > 0 && rows + job.inputs.rows > this.#maxBatchRows) isOpen = false;
      if (isOpen && job.kind === "predict") {
        batch.push(job);
        rows += job.inputs.rows;
      } else rest.push(job);
    }
    this.#jobs = rest;
    return batch;
  }
}

/** What a batch was computed with may be more than one of its callers asked for. */
function asWished({ explanation, ...prediction }: Prediction, { topK, explain }: Predict): Prediction {
  const scores = prediction.scores.slice(0, topK);
  if (!explain || explanation === undefined) return { ...prediction, scores };
  const { contributions } = explanation;
  if (contributions === undefined) return { ...prediction, scores, explanation };
  const { combined, core, overlay } = contributions;
  const cut = {
    combined: combined.slice(0, topK),
    core: core.slice(0, topK),
    overlay: overlay.slice(0, topK),
  };
  return { ...prediction, scores, explanation: { ...explanation, contributions: cut } };
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
