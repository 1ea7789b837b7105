// The sparse base of a triarchic brain on the CPU: onnxruntime projects the inputs, winners are selected row by row.
// Invariant: `encode` changes nothing, and a row's code is the same alone and in any batch.

import type { Matrix } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { BaseKernel, BaseShape } from "../backend.ts";
import { codeFromWinners, type SparseCodes } from "../sparse-code.ts";
import { blocksOf, type Products } from "./products.ts";
import type { WinnerSelector } from "./winners.ts";

type BaseParts = { readonly products: Products; readonly selector: WinnerSelector };

export class CpuBaseKernel implements BaseKernel {
  readonly #shape: BaseShape;
  readonly #parts: BaseParts;
  readonly #projection: WatchedMatrix;

  constructor(shape: BaseShape, projection: Float32Array, parts: BaseParts) {
    this.#shape = shape;
    this.#parts = parts;
    this.#projection = new WatchedMatrix(shape.hiddenDim, shape.inputDim, projection);
  }

  async encode(x: Matrix): Promise<SparseCodes> {
    const { hiddenDim, winners: k } = this.#shape;
    const winners = new Int32Array(x.rows * k);
    const activations = new Float32Array(x.rows * k);
    for (const { from, block } of blocksOf(x, hiddenDim)) {
      const similarities = await this.#parts.products.product(block, this.#projection);
      for (let row = 0; row < block.rows; row++) {
        this.#parts.selector.select(
          similarities,
          row * hiddenDim,
          hiddenDim,
          k,
          winners,
          activations,
          (from + row) * k,
        );
      }
    }
    return codeFromWinners(winners, activations, k);
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
    // The rows are ordinary memory: they go with the kernel.
  }
}
