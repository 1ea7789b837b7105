// The sparse base of a triarchic brain written as the rule is, for tests to hold the fast backends against.

import type { Matrix } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { BaseKernel, BaseShape } from "../backend.ts";
import { codeFromWinners, type SparseCodes } from "../sparse-code.ts";
import { dot, largest } from "./reference-layer.ts";

export class ReferenceBase implements BaseKernel {
  readonly #shape: BaseShape;
  readonly #projection: WatchedMatrix;

  constructor(shape: BaseShape, projection: Float32Array) {
    this.#shape = shape;
    this.#projection = new WatchedMatrix(shape.hiddenDim, shape.inputDim, projection);
  }

  async encode(x: Matrix): Promise<SparseCodes> {
    const { hiddenDim, inputDim, winners: k } = this.#shape;
    const winners = new Int32Array(x.rows * k);
    const similarities = new Float32Array(x.rows * k);
    for (let row = 0; row < x.rows; row++) {
      const input = x.data.subarray(row * inputDim, (row + 1) * inputDim);
      const all = Float32Array.from({ length: hiddenDim }, (_, neuron) => dot(this.#row(neuron), input));
      const drawn = largest(all, k);
      winners.set(drawn, row * k);
      similarities.set(
        drawn.map((neuron) => all[neuron] ?? 0),
        row * k,
      );
    }
    return codeFromWinners(winners, similarities, k);
  }

  async replaceRows(rows: Int32Array, projection: Float32Array): Promise<void> {
    const { inputDim } = this.#shape;
    rows.forEach((neuron, i) => {
      this.#projection.touch(neuron);
      this.#row(neuron).set(projection.subarray(i * inputDim, (i + 1) * inputDim));
    });
  }

  async projection(): Promise<Float32Array> {
    return this.#projection.data;
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#projection.watch(watcher)];
  }

  dispose(): void {
    // The rows are ordinary memory: they go with the base.
  }

  #row(neuron: number): Float32Array {
    const { inputDim } = this.#shape;
    return this.#projection.data.subarray(neuron * inputDim, (neuron + 1) * inputDim);
  }
}
