// Dense products on onnxruntime.
// Invariant: a row's numbers are bit for bit the same alone and in any batch. onnxruntime keeps this only for two rows or more on one
// thread: it computes a single row by another kernel, and it shares a product with few columns out by rows, down to one row a thread.

import * as ort from "onnxruntime-node";
import type { Matrix } from "../../tensor/matrix.ts";
import { productModel } from "./onnx-model.ts";
import { startSession } from "./onnx-session.ts";
import { MOST_ROWS, type Products } from "./products.ts";

/** Up to this many weight rows a product runs on one thread; beyond, there are more columns than rows, and threads share columns. */
const ONE_THREAD_WEIGHTS = MOST_ROWS;

type Sessions = { readonly one: ort.InferenceSession; readonly many: ort.InferenceSession };

export class OnnxProducts implements Products {
  readonly #product: Sessions;
  #pair = new Float32Array(0);

  private constructor(product: Sessions) {
    this.#product = product;
  }

  static async create(threads: number): Promise<OnnxProducts> {
    return new OnnxProducts(await sessions(productModel(), threads));
  }

  async product(x: Matrix, weights: Matrix, y: Float32Array): Promise<void> {
    const padded = this.#padded(x);
    const product = { rows: padded.rows, cols: weights.rows, data: y.subarray(0, padded.rows * weights.rows) };
    const fetches = { y: tensor(product) };
    await pick(this.#product, weights.rows).run({ x: tensor(padded), w: tensor(weights) }, fetches);
  }

  /** A batch of one as two rows, the second zero. */
  #padded(x: Matrix): Matrix {
    if (x.rows !== 1) return x;
    if (this.#pair.length < 2 * x.cols) this.#pair = new Float32Array(2 * x.cols);
    this.#pair.set(x.data);
    return { rows: 2, cols: x.cols, data: this.#pair.subarray(0, 2 * x.cols).fill(0, x.cols) };
  }
}

const pick = ({ one, many }: Sessions, weights: number) => (weights <= ONE_THREAD_WEIGHTS ? one : many);

const tensor = ({ data, rows, cols }: Matrix) => new ort.Tensor("float32", data, [rows, cols]);

async function sessions(model: Uint8Array, threads: number): Promise<Sessions> {
  const one = await startSession(model, 1);
  return { one, many: threads === 1 ? one : await startSession(model, threads) };
}
