// Episodic memory's keys, searched one by one and sorted, for tests to hold the fast backends against.

import { gatheredRows, type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { MemoryKernel, Neighbors } from "../backend.ts";
import { dot } from "./reference-layer.ts";

export class ReferenceMemory implements MemoryKernel {
  readonly #inputDim: number;
  readonly #keys: WatchedMatrix;

  constructor(capacity: number, inputDim: number, keys: Float32Array) {
    this.#inputDim = inputDim;
    this.#keys = WatchedMatrix.ofCapacity(capacity, inputDim, keys);
  }

  async write(slots: Int32Array, keys: Matrix): Promise<void> {
    for (const [row, slot] of slots.entries()) {
      this.#keys.touch(slot);
      this.#key(slot).set(rowsOf(keys, row, row + 1).data);
    }
  }

  async move(from: Int32Array, to: Int32Array): Promise<void> {
    for (const [i, slot] of to.entries()) {
      this.#keys.touch(slot);
      this.#key(slot).set(this.#key(from[i] ?? 0));
    }
  }

  search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    const all = Int32Array.from({ length: stored }, (_, slot) => slot);
    return this.searchAmong(queries, new Array(queries.rows).fill(all), Math.min(k, stored));
  }

  async searchAmong(queries: Matrix, slots: readonly Int32Array[], k: number): Promise<Neighbors> {
    const found = { k, slots: new Int32Array(queries.rows * k), similarities: new Float32Array(queries.rows * k) };
    for (const [row, own] of slots.entries()) {
      const query = queries.data.subarray(row * this.#inputDim, (row + 1) * this.#inputDim);
      const all = Float32Array.from(own, (slot) => dot(this.#key(slot), query));
      // The sort is stable: of equal similarities the lower slot comes first.
      const order = Array.from(all.keys()).sort((a, b) => (all[b] ?? 0) - (all[a] ?? 0));
      for (const [i, at] of order.slice(0, k).entries()) {
        found.slots[row * k + i] = own[at] ?? 0;
        found.similarities[row * k + i] = all[at] ?? 0;
      }
    }
    return found;
  }

  async keysOf(slots: Int32Array, room?: Float32Array): Promise<Matrix> {
    return gatheredRows(this.#keys, slots, room);
  }

  async keys(stored: number): Promise<Matrix> {
    return rowsOf(this.#keys, 0, stored);
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#keys.watch(watcher)];
  }

  dispose(): void {
    // The keys are ordinary memory: they go with this object.
  }

  #key(slot: number): Float32Array {
    return this.#keys.data.subarray(slot * this.#inputDim, (slot + 1) * this.#inputDim);
  }
}
