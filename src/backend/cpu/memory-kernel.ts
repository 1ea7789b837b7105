// The keys of an episodic memory on the CPU: one array of the memory's full capacity, searched up to what is stored.
// Invariant: slots beyond what was written are never read.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { MemoryKernel, Neighbors } from "../backend.ts";
import { blocksOf, type Products } from "./products.ts";

export class CpuMemoryKernel implements MemoryKernel {
  readonly #keys: WatchedMatrix;
  readonly #products: Products;

  constructor(capacity: number, inputDim: number, keys: Float32Array, products: Products) {
    this.#keys = WatchedMatrix.ofCapacity(capacity, inputDim, keys);
    this.#products = products;
  }

  async write(slots: Int32Array, keys: Matrix): Promise<void> {
    const { cols, data } = this.#keys;
    slots.forEach((slot, row) => {
      this.#keys.touch(slot);
      data.set(keys.data.subarray(row * cols, (row + 1) * cols), slot * cols);
    });
  }

  async move(from: Int32Array, to: Int32Array): Promise<void> {
    const { cols, data } = this.#keys;
    from.forEach((source, i) => {
      const slot = to[i] ?? 0;
      this.#keys.touch(slot);
      data.copyWithin(slot * cols, source * cols, (source + 1) * cols);
    });
  }

  async search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    const found = Math.min(k, stored);
    const slots = new Int32Array(queries.rows * found);
    const similarities = new Float32Array(queries.rows * found);
    if (found === 0) return { k: 0, slots, similarities };
    const keys = rowsOf(this.#keys, 0, stored);
    for (const { from, block } of blocksOf(queries, stored)) {
      const nearest = await this.#products.nearest(block, keys, found);
      slots.set(nearest.slots, from * found);
      similarities.set(nearest.values, from * found);
    }
    return { k: found, slots, similarities };
  }

  async keys(stored: number): Promise<Matrix> {
    return rowsOf(this.#keys, 0, stored);
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#keys.watch(watcher)];
  }

  dispose(): void {
    // The keys are ordinary memory: they go with the kernel.
  }
}
