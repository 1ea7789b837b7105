// The sparse base of a triarchic brain on the CPU: a dense product projects the inputs, a SIMD kernel selects the winners row by row.
// Invariant: `encode` changes nothing, and a row's code is the same alone and in any batch.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { copied, type Pieces } from "../../tensor/pace.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { BaseKernel, BaseShape } from "../backend.ts";
import { codeFromWinners, type SparseCodes } from "../sparse-code.ts";
import { floats, integers, type KernelModule, type Kernels, type Places } from "./kernels.ts";
import type { Products } from "./products.ts";

/** Rows projected at a time, as in layer-kernel.ts. */
const BLOCK_ROWS = 32;

const sizesOf = ({ inputDim, hiddenDim, winners }: BaseShape) => ({
  projection: floats(hiddenDim * inputDim),
  inputs: floats(BLOCK_ROWS * inputDim),
  similarities: floats(BLOCK_ROWS * hiddenDim),
  keys: integers(2 * (hiddenDim + 3)),
  winners: integers(BLOCK_ROWS * winners),
  activations: floats(BLOCK_ROWS * winners),
});

type BaseParts = { readonly products: Products; readonly module: KernelModule };

export class CpuBaseKernel implements BaseKernel {
  readonly #shape: BaseShape;
  readonly #products: Products;
  readonly #kernels: Kernels;
  readonly #arrays: Places<ReturnType<typeof sizesOf>>;
  readonly #projection: WatchedMatrix;

  /** Call `begin` before anything else. */
  constructor(shape: BaseShape, { products, module }: BaseParts) {
    const { kernels, arrays } = module.layOut(sizesOf(shape));
    this.#shape = shape;
    this.#products = products;
    this.#kernels = kernels;
    this.#arrays = arrays;
    this.#projection = new WatchedMatrix(shape.hiddenDim, shape.inputDim, arrays.projection.view);
  }

  /** Takes in the rows that it begins with. */
  begin(projection: Float32Array): Pieces<void> {
    return copied(this.#projection.data, projection);
  }

  async encode(x: Matrix): Promise<SparseCodes> {
    const { winners: k } = this.#shape;
    const winners = new Int32Array(x.rows * k);
    const similarities = new Float32Array(x.rows * k);
    for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
      const block = rowsOf(x, from, Math.min(from + BLOCK_ROWS, x.rows));
      await this.#select(block);
      winners.set(this.#arrays.winners.view.subarray(0, block.rows * k), from * k);
      similarities.set(this.#arrays.activations.view.subarray(0, block.rows * k), from * k);
    }
    return codeFromWinners(winners, similarities, k);
  }

  async #select(block: Matrix): Promise<void> {
    const { hiddenDim, winners: k } = this.#shape;
    const { inputs, similarities, keys, winners, activations } = this.#arrays;
    inputs.view.set(block.data);
    const x = { ...block, data: inputs.view.subarray(0, block.data.length) };
    await this.#products.product(x, this.#projection, similarities.view);
    for (let row = 0; row < block.rows; row++) {
      const values = similarities.at + 4 * row * hiddenDim;
      const drawn = [winners.at + 4 * row * k, activations.at + 4 * row * k] as const;
      this.#kernels.topK(values, hiddenDim, k, 1, ...drawn, keys.at);
    }
  }

  async replaceRows(rows: Int32Array, projection: Float32Array): Promise<void> {
    const { inputDim } = this.#shape;
    rows.forEach((neuron, i) => {
      this.#projection.touch(neuron);
      this.#projection.data.set(projection.subarray(i * inputDim, (i + 1) * inputDim), neuron * inputDim);
    });
  }

  async projection(): Promise<Float32Array> {
    return this.#projection.data;
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#projection.watch(watcher)];
  }

  dispose(): void {
    // The memory goes with the kernel.
  }
}
