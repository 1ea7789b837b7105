// What stands between the stack and the memory: nothing ("none"), running statistics ("running"), or the seed's BatchNorm1d ("batch").
// Invariant: what a prediction sees depends on the running statistics alone, and predicting does not move them.

import { type Matrix, zeros } from "../tensor/matrix.ts";
import { MAX_FLOAT32 } from "../tensor/vector.ts";
import type { NormalizationKind } from "./config.ts";

/** PyTorch's BatchNorm1d defaults, which the seed uses. */
const MOMENTUM = 0.1;
const EPSILON = 1e-5;

/** float64 [dim] each; `variance` is divided by n, as BatchNorm1d normalises. */
type Statistics = { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> };

export class Normalization {
  readonly kind: NormalizationKind;
  /** float32 [dim]: the running mean. */
  readonly mean: Float32Array;
  /** float32 [dim]: the running variance. */
  readonly variance: Float32Array;

  constructor(kind: NormalizationKind, mean: Float32Array, variance: Float32Array) {
    this.kind = kind;
    this.mean = mean;
    this.variance = variance;
  }

  /** @param thoughts float32 [batch, dim] */
  predict(thoughts: Matrix): Matrix {
    return this.kind === "none" ? thoughts : normalized(thoughts, this);
  }

  /**
   * Normalises a whole batch that is about to be learned. "running" uses the statistics from before the batch, so that the keys to be stored
   * equal the queries just made; "batch" uses the batch's own, except that one sample has none.
   * @param thoughts float32 [batch, dim]
   */
  ofLesson(thoughts: Matrix): Matrix {
    return this.kind === "batch" && thoughts.rows > 1
      ? normalized(thoughts, statisticsOf(thoughts))
      : this.predict(thoughts);
  }

  /** Moves the running statistics by a batch. @param thoughts float32 [batch, dim] */
  learn(thoughts: Matrix): void {
    if (this.kind !== "none" && thoughts.rows > 0) this.#move(statisticsOf(thoughts), thoughts.rows);
  }

  /**
   * `mean ← mean + m·δ` with δ from the running mean to the batch's; the variance moves to the batch's unbiased one. One sample has
   * none: there the exponentially weighted variance moves, `var ← (1 − m)(var + m·δ²)` (Finch 2009, "Incremental calculation of weighted
   * mean and variance"), so that a stream of single samples moves it too. Variances are capped at the largest float32.
   */
  #move(batch: Statistics, rows: number): void {
    for (let i = 0; i < this.mean.length; i++) {
      const mean = this.mean[i] ?? 0;
      const variance = this.variance[i] ?? 0;
      const delta = (batch.mean[i] ?? 0) - mean;
      const moved =
        rows === 1
          ? (1 - MOMENTUM) * (variance + MOMENTUM * delta * delta)
          : (1 - MOMENTUM) * variance + MOMENTUM * (((batch.variance[i] ?? 0) * rows) / (rows - 1));
      this.mean[i] = mean + MOMENTUM * delta;
      this.variance[i] = Math.min(moved, MAX_FLOAT32);
    }
  }
}

/** `(x − mean) / √(variance + ε)`, kept within float32: a small variance may carry a large x beyond it. */
function normalized({ rows, cols, data }: Matrix, { mean, variance }: Statistics): Matrix {
  const out = zeros(rows, cols);
  for (let i = 0; i < data.length; i++) {
    const col = i % cols;
    const value = ((data[i] ?? 0) - (mean[col] ?? 0)) / Math.sqrt((variance[col] ?? 0) + EPSILON);
    out.data[i] = Math.max(-MAX_FLOAT32, Math.min(MAX_FLOAT32, value));
  }
  return out;
}

function statisticsOf({ rows, cols, data }: Matrix): Statistics {
  const mean = new Float64Array(cols);
  const variance = new Float64Array(cols);
  for (let i = 0; i < data.length; i++) mean[i % cols] = (mean[i % cols] ?? 0) + (data[i] ?? 0) / rows;
  for (let i = 0; i < data.length; i++) {
    const distance = (data[i] ?? 0) - (mean[i % cols] ?? 0);
    variance[i % cols] = (variance[i % cols] ?? 0) + (distance * distance) / rows;
  }
  return { mean, variance };
}
