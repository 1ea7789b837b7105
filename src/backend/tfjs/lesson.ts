// One plasticity step's part for the encoder: which rows learn, and what becomes of them. Only rows of neurons that fired are computed.
// Invariant: a lesson's shapes, and with them its rounding, follow from the lesson alone, so that a replay computes the same bits.

import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { LayerPass, LayerShape } from "../backend.ts";
import type { Tfjs } from "./device.ts";
import { blocksOf, codeOf } from "./products.ts";

/** Samples whose Hebbian sums are added at a time: bounds their sparse code to 1,024 × hiddenDim. */
const LEARN_ROWS = 1024;

export class Lesson {
  /** int32 [n], ascending: the neurons that fired and have a learning rate. */
  readonly learners: Int32Array;
  readonly #pass: LayerPass;
  readonly #reward: Float32Array;
  readonly #winners: number;
  /** int32 [hiddenDim]: the place of each neuron among the learners, or −1. */
  readonly #places: Int32Array;
  /** float32 [n, 1]: `1 / (fires + 1e-6)`. */
  readonly #shares: Float32Array;
  /** float32 [n, 1] */
  readonly #rates: Float32Array;

  constructor(pass: LayerPass, reward: Float32Array, rates: Float32Array, { hiddenDim, winners }: LayerShape) {
    const fires = new Int32Array(hiddenDim);
    for (const neuron of pass.winners) fires[neuron] = (fires[neuron] ?? 0) + 1;
    const learners = Array.from(fires.keys()).filter((neuron) => (fires[neuron] ?? 0) > 0 && rates[neuron] !== 0);
    this.learners = new Int32Array(learners);
    this.#pass = pass;
    this.#reward = reward;
    this.#winners = winners;
    this.#places = new Int32Array(hiddenDim).fill(-1);
    for (const [place, neuron] of this.learners.entries()) this.#places[neuron] = place;
    this.#shares = Float32Array.from(this.learners, (neuron) => 1 / ((fires[neuron] ?? 0) + 1e-6));
    this.#rates = Float32Array.from(this.learners, (neuron) => rates[neuron] ?? 0);
  }

  /**
   * `E_j + rate_j·((Σ_b a_bj r_b x̂_b)/(fires_j + 1e-6) − E_j)` of each learner j, cut back to length 1 where it is longer.
   * @param encoder float32 [hiddenDim, inputDim]
   * @returns float32 [n, inputDim]
   */
  rows(tf: Tfjs, encoder: Tensor2D): Tensor2D {
    const column = (numbers: Float32Array): Tensor2D => tf.tensor2d(numbers, [numbers.length, 1]);
    const old = tf.gather(encoder, tf.tensor1d(this.learners, "int32"));
    const target = tf.mul(this.#sums(tf), column(this.#shares));
    const next = tf.add(old, tf.mul(column(this.#rates), tf.sub(target, old)));
    const squares = tf.sum(tf.square(next), 1, true);
    return tf.div(next, tf.sqrt(tf.maximum(squares, 1)));
  }

  /** `Σ_b a_bj r_b x̂_b`: float32 [n, inputDim] */
  #sums(tf: Tfjs): Tensor2D {
    const { normalized } = this.#pass;
    let sums: Tensor2D | null = null;
    for (const { from, block } of blocksOf(normalized, LEARN_ROWS)) {
      const before: Tensor2D | null = sums;
      sums = tf.tidy((): Tensor2D => {
        const x = tf.tensor2d(block.data, [block.rows, block.cols]);
        const part: Tensor2D = tf.matMul(this.#rewarded(tf, from, block.rows), x, true, false);
        return before === null ? part : tf.add(before, part);
      });
      before?.dispose();
    }
    if (sums === null) throw new RangeError("a lesson without samples has no sums");
    return sums;
  }

  /** `a_bj r_b` of samples b from `from` on and learners j: float32 [samples, n] */
  #rewarded(tf: Tfjs, from: number, samples: number): Tensor2D {
    const k = this.#winners;
    const [start, end] = [from * k, (from + samples) * k];
    const columns = this.#pass.winners.subarray(start, end).map((neuron) => this.#places[neuron] ?? -1);
    const values = this.#pass.activations
      .subarray(start, end)
      .map((activation, i) => activation * (this.#reward[from + Math.floor(i / k)] ?? 0));
    return codeOf(tf, columns, values, k, [samples, this.learners.length]);
  }
}
