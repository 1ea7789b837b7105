// The arrays of a triarchic brain's readout, one row a class, with room for more classes.
// Invariant: rows `0` to `classes` are in use; the rest is room, which is zero and which nobody watches.

import { type RowWatcher, WatchedMatrix } from "../tensor/watched-matrix.ts";

/** float32 [classes, hiddenDim] each. */
export type ReadoutTensors = {
  readonly core: Float32Array;
  readonly overlay: Float32Array;
  /** From 0 to 1. */
  readonly importance: Float32Array;
};

const nothing = (): ReadoutTensors => ({
  core: new Float32Array(0),
  overlay: new Float32Array(0),
  importance: new Float32Array(0),
});

export class ReadoutArrays {
  readonly #hiddenDim: number;
  #classes: number;
  #core: WatchedMatrix;
  #overlay: WatchedMatrix;
  #importance: WatchedMatrix;

  /** @param tensors taken over */
  constructor(hiddenDim: number, tensors: ReadoutTensors = nothing()) {
    this.#hiddenDim = hiddenDim;
    this.#classes = tensors.core.length / hiddenDim;
    const own = (data: Float32Array) => new WatchedMatrix(this.#classes, hiddenDim, data);
    this.#core = own(tensors.core);
    this.#overlay = own(tensors.overlay);
    this.#importance = own(tensors.importance);
  }

  get classes(): number {
    return this.#classes;
  }

  get core(): WatchedMatrix {
    return this.#core;
  }

  get overlay(): WatchedMatrix {
    return this.#overlay;
  }

  get importance(): WatchedMatrix {
    return this.#importance;
  }

  /** Views of what is in use, valid until the next change. */
  get tensors(): ReadoutTensors {
    const used = ({ data, cols }: WatchedMatrix) => data.subarray(0, this.#classes * cols);
    return { core: used(this.#core), overlay: used(this.#overlay), importance: used(this.#importance) };
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#all.map((matrix) => matrix.watch(watcher));
  }

  /**
   * Adds classes, their rows zero. The arrays at least double, so that adding n classes one by one copies O(n) rows; those left behind
   * stay as they are, whoever watches them.
   */
  addClasses(count: number): void {
    this.#classes += count;
    if (this.#core.rows >= this.#classes) return;
    const room = Math.max(this.#classes, 2 * this.#core.rows);
    const grown = ({ data }: WatchedMatrix) => WatchedMatrix.ofCapacity(room, this.#hiddenDim, data);
    this.#core = grown(this.#core);
    this.#overlay = grown(this.#overlay);
    this.#importance = grown(this.#importance);
  }

  /** Sets what stands at these neurons to zero, in every class. */
  clear(neurons: Int32Array): void {
    for (const matrix of this.#all) {
      for (let row = 0; row < this.#classes; row++) {
        matrix.touch(row);
        for (const neuron of neurons) matrix.data[row * this.#hiddenDim + neuron] = 0;
      }
    }
  }

  get #all(): readonly WatchedMatrix[] {
    return [this.#core, this.#overlay, this.#importance];
  }
}
