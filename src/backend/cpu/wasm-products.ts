// Dense products in WebAssembly alone (assembly/product.ts), where no native library loads. They run on the calling thread, which waits for them.
// Invariant: what they give depends neither on the batch nor on the processor, to the bit.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { floats, integers, type KernelModule } from "./kernels.ts";
import { MOST_ROWS, type Nearest, type Products } from "./products.ts";

/** Weight rows of which the nearest are looked for at a time. */
const NEAREST_WEIGHTS = 4096;

export class WasmProducts implements Products {
  readonly threads = 1;
  readonly #module: KernelModule;

  constructor(module: KernelModule) {
    this.#module = module;
  }

  async product(x: Matrix, weights: Matrix, y: Float32Array): Promise<void> {
    this.#product(x, weights, y);
  }

  #product(x: Matrix, weights: Matrix, y: Float32Array): void {
    const { buffer } = weights.data;
    if (x.data.buffer !== buffer || y.buffer !== buffer) throw new Error("a product's arrays lie in one memory");
    const kernels = this.#module.kernelsOf(weights.data);
    kernels.product(x.data.byteOffset, x.rows, x.cols, weights.data.byteOffset, weights.rows, y.byteOffset);
  }

  /** The keys of a memory lie elsewhere. */
  async isSameInParts(): Promise<boolean> {
    return false;
  }

  async nearest(x: Matrix, weights: Matrix, k: number): Promise<Nearest> {
    const found = await this.#nearestOfBlocks(x, weights, k);
    const values = new Float32Array(x.rows * k);
    const slots = new Int32Array(x.rows * k);
    found.forEach((candidates, row) => {
      candidates.sort((a, b) => b.value - a.value || a.slot - b.slot);
      for (let i = 0; i < k; i++) {
        values[row * k + i] = candidates[i]?.value ?? 0;
        slots[row * k + i] = candidates[i]?.slot ?? 0;
      }
    });
    return { values, slots };
  }

  /** For each row of x, the k nearest of each block of weights. */
  async #nearestOfBlocks(x: Matrix, weights: Matrix, k: number) {
    const blockRows = Math.min(NEAREST_WEIGHTS, weights.rows);
    const most = Math.min(k, blockRows);
    const { kernels, arrays } = this.#module.layOut({
      x: floats(x.data.length),
      weights: floats(blockRows * x.cols),
      y: floats(MOST_ROWS * blockRows),
      keys: integers(2 * (blockRows + 3)),
      winners: integers(most),
      values: floats(most),
    });
    arrays.x.view.set(x.data);
    const found = Array.from({ length: x.rows }, (): { slot: number; value: number }[] => []);
    for (let from = 0; from < weights.rows; from += blockRows) {
      const part = rowsOf(weights, from, Math.min(from + blockRows, weights.rows));
      arrays.weights.view.set(part.data);
      const block = { ...part, data: arrays.weights.view.subarray(0, part.data.length) };
      this.#product({ ...x, data: arrays.x.view }, block, arrays.y.view);
      const count = Math.min(k, part.rows);
      found.forEach((candidates, row) => {
        const y = arrays.y.at + 4 * row * part.rows;
        kernels.topK(y, part.rows, count, 1, arrays.winners.at, arrays.values.at, arrays.keys.at);
        for (let i = 0; i < count; i++) {
          candidates.push({ slot: from + (arrays.winners.view[i] ?? 0), value: arrays.values.view[i] ?? 0 });
        }
      });
    }
    return found;
  }
}
