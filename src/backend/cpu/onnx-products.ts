// Dense products on onnxruntime.
// Invariant: a row's numbers are bit for bit the same alone and in any batch. onnxruntime keeps this only for two rows or more on one
// thread: it computes a single row by another kernel, and it shares a product with few columns out by rows, down to one row a thread.

import * as ort from "onnxruntime-node";
import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { nearestModel, productModel } from "./onnx-model.ts";
import { LEAST_COLUMNS, MOST_ROWS, type Nearest, type Products } from "./products.ts";

/** Up to this many weight rows a product runs on one thread; beyond, there are more columns than rows, and threads share columns. */
const ONE_THREAD_WEIGHTS = MOST_ROWS;

type Sessions = { readonly one: ort.InferenceSession; readonly many: ort.InferenceSession };

export class OnnxProducts implements Products {
  readonly #product: Sessions;
  readonly #nearest: Sessions;
  readonly threads: number;
  #pair = new Float32Array(0);

  private constructor(product: Sessions, nearest: Sessions, threads: number) {
    this.#product = product;
    this.#nearest = nearest;
    this.threads = threads;
  }

  static async create(threads: number): Promise<OnnxProducts> {
    return new OnnxProducts(await sessions(productModel(), threads), await sessions(nearestModel(), threads), threads);
  }

  async product(x: Matrix, weights: Matrix, y: Float32Array, threads?: "one"): Promise<void> {
    const padded = this.#padded(x);
    const product = { rows: padded.rows, cols: weights.rows, data: y.subarray(0, padded.rows * weights.rows) };
    const fetches = { y: tensor(product) };
    const session = threads === "one" ? this.#product.one : pick(this.#product, weights.rows);
    await session.run({ x: tensor(padded), w: tensor(weights) }, fetches);
  }

  /** How onnxruntime divides a product is not ours to know: a trial tells. */
  async isSameInParts(dim: number): Promise<boolean> {
    const numbers = (count: number, step: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));
    const x = { rows: 2, cols: dim, data: numbers(2 * dim, 1.7) };
    const weights = { rows: 8 * LEAST_COLUMNS, cols: dim, data: numbers(8 * LEAST_COLUMNS * dim, 0.37) };
    const part = rowsOf(weights, weights.rows - LEAST_COLUMNS, weights.rows);
    const [whole, alone] = [new Float32Array(2 * weights.rows), new Float32Array(2 * LEAST_COLUMNS)];
    await this.product(x, weights, whole);
    await this.product(x, part, alone, "one");
    return [1, 2].every((row) => {
      const expected = whole.subarray(row * weights.rows - LEAST_COLUMNS, row * weights.rows);
      return alone.subarray((row - 1) * LEAST_COLUMNS, row * LEAST_COLUMNS).every((value, i) => value === expected[i]);
    });
  }

  async nearest(x: Matrix, weights: Matrix, k: number): Promise<Nearest> {
    const feeds = {
      x: tensor(this.#padded(x)),
      w: tensor(weights),
      k: new ort.Tensor("int64", BigInt64Array.of(BigInt(k)), [1]),
    };
    const { values, slots } = await pick(this.#nearest, weights.rows).run(feeds);
    if (!(values?.data instanceof Float32Array && slots?.data instanceof Int32Array)) {
      throw new Error("onnxruntime answered with other types than the graph declares");
    }
    return { values: values.data.subarray(0, x.rows * k), slots: slots.data.subarray(0, x.rows * k) };
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
  const one = await session(model, 1);
  return { one, many: threads === 1 ? one : await session(model, threads) };
}

const session = (model: Uint8Array, threads: number) =>
  ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // A thread that spins while it waits takes the core from another host.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
