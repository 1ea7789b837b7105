// Products of 8-bit codes on onnxruntime. Invariant: they are exact. On processors without 8-bit dot products onnxruntime adds pairs of
// them up in 16 bits, which is too few for large ones: a trial tells, and there are none there.

import * as ort from "onnxruntime-node";
import { codeProductModel } from "./onnx-model.ts";
import { startSession } from "./onnx-session.ts";
import type { CodeProducts, Codes } from "./products.ts";

const CODE_MOST = 255;

export class OnnxCodeProducts implements CodeProducts {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /** @returns null where they would not be exact */
  static async create(threads: number): Promise<OnnxCodeProducts | null> {
    const products = new OnnxCodeProducts(await startSession(codeProductModel(), threads));
    return (await products.#isExact()) ? products : null;
  }

  async product(x: Codes<Uint8Array>, y: Codes<Int8Array>, to: Int32Array): Promise<void> {
    const product = new ort.Tensor("int32", to.subarray(0, x.rows * y.cols), [x.rows, y.cols]);
    const feeds = {
      x: new ort.Tensor("uint8", x.data, [x.rows, x.cols]),
      y: new ort.Tensor("int8", y.data, [y.rows, y.cols]),
    };
    await this.#session.run(feeds, { product });
  }

  /** Tries the largest codes, among few and among many. */
  async #isExact(): Promise<boolean> {
    const dim = 64;
    for (const lanes of [8, 64]) {
      for (const code of [127, -127]) {
        const x = { rows: 64, cols: dim, data: new Uint8Array(64 * dim).fill(CODE_MOST) };
        const y = { rows: dim, cols: lanes, data: new Int8Array(dim * lanes).fill(code) };
        const to = new Int32Array(x.rows * lanes);
        await this.product(x, y, to);
        if (to.some((sum) => sum !== dim * CODE_MOST * code)) return false;
      }
    }
    return true;
  }
}
