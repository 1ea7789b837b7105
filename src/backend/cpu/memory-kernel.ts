// The keys of an episodic memory on the CPU: room for the memory's full capacity, searched up to what is stored.
// Invariant: slots beyond what was written are never read.

import { gatheredRows, type Matrix, rowsOf } from "../../tensor/matrix.ts";
import type { RowWatcher } from "../../tensor/watched-matrix.ts";
import type { MemoryKernel, Neighbors } from "../backend.ts";
import { KeySearch, type SearchParts } from "./key-search.ts";

export class CpuMemoryKernel implements MemoryKernel {
  readonly #search: KeySearch;

  /** @param keys float32 [stored, inputDim] to begin with */
  constructor(capacity: number, inputDim: number, keys: Float32Array, parts: SearchParts) {
    this.#search = new KeySearch(capacity, inputDim, parts);
    this.#search.keys.data.set(keys);
    for (let slot = 0; slot < keys.length / inputDim; slot++) this.#search.written(slot);
  }

  async write(slots: Int32Array, keys: Matrix): Promise<void> {
    slots.forEach((slot, row) => {
      this.#put(slot, rowsOf(keys, row, row + 1).data);
    });
  }

  async move(from: Int32Array, to: Int32Array): Promise<void> {
    from.forEach((source, i) => {
      this.#put(to[i] ?? 0, rowsOf(this.#search.keys, source, source + 1).data);
    });
  }

  #put(slot: number, key: Float32Array): void {
    const { keys } = this.#search;
    keys.touch(slot);
    keys.data.set(key, slot * keys.cols);
    this.#search.written(slot);
  }

  async search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    return this.#search.nearest(queries, stored, Math.min(k, stored));
  }

  async searchAmong(queries: Matrix, slots: readonly Int32Array[], k: number): Promise<Neighbors> {
    return this.#search.nearestAmong(queries, slots, k);
  }

  async keysOf(slots: Int32Array): Promise<Matrix> {
    return gatheredRows(this.#search.keys, slots);
  }

  async keys(stored: number): Promise<Matrix> {
    return rowsOf(this.#search.keys, 0, stored);
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#search.keys.watch(watcher)];
  }

  dispose(): void {
    // The memory goes with the kernel.
  }
}
