// The keys of an episodic memory on the CPU: room for the memory's full capacity, searched up to what is stored.
// Invariant: slots beyond what was written are never read.

import { gatheredRows, type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { type Pieces, piecesOf } from "../../tensor/pace.ts";
import type { RowWatcher } from "../../tensor/watched-matrix.ts";
import type { MemoryKernel, Neighbors } from "../backend.ts";
import { KeySearch, type SearchParts } from "./key-search.ts";

/** Numbers of the keys that are taken in between two pauses. */
const PIECE_NUMBERS = 32_768;

export class CpuMemoryKernel implements MemoryKernel {
  readonly #search: KeySearch;

  constructor(capacity: number, inputDim: number, parts: SearchParts) {
    this.#search = new KeySearch(capacity, inputDim, parts);
  }

  /** Takes in what it begins with. @param keys float32 [stored, inputDim] */
  *begin(keys: Float32Array): Pieces<void> {
    const { cols, data } = this.#search.keys;
    for (const [from, to] of piecesOf(keys.length / cols, Math.max(1, Math.floor(PIECE_NUMBERS / cols)))) {
      data.set(keys.subarray(from * cols, to * cols), from * cols);
      for (let slot = from; slot < to; slot++) this.#search.written(slot);
      yield;
    }
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

  async keysOf(slots: Int32Array, room?: Float32Array): Promise<Matrix> {
    return gatheredRows(this.#search.keys, slots, room);
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
