// The keys of an episodic memory on the CPU: one array of the memory's full capacity, searched up to what is stored. A search for one query
// reads far more than it computes: there a screen (key-screen.ts) finds the few keys that have to be looked at.
// Invariants: slots beyond what was written are never read; a query's answer is the same, to the bit, with the screen and without it.

import { type Matrix, rowsOf, zeros } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { MemoryKernel, Neighbors } from "../backend.ts";
import type { KernelModule } from "./kernels.ts";
import { KeyScreen } from "./key-screen.ts";
import { blocksOf, LEAST_COLUMNS, type Products } from "./products.ts";

/** Fewer keys stay in the processor's cache. */
const SCREENED_KEYS = 8192;

type MemoryParts = { readonly products: Products; readonly module: KernelModule };

export class CpuMemoryKernel implements MemoryKernel {
  readonly #keys: WatchedMatrix;
  readonly #products: Products;
  /** Null where it would not pay, or not be exact. */
  readonly #screen: KeyScreen | null;
  /** The keys that the screen left, and their similarities. */
  #left = new Float32Array(0);
  #similarities = new Float32Array(0);

  private constructor(keys: WatchedMatrix, screen: KeyScreen | null, products: Products) {
    this.#keys = keys;
    this.#screen = screen;
    this.#products = products;
  }

  /** @param keys float32 [stored, inputDim] to begin with; taken over */
  static async create(capacity: number, inputDim: number, keys: Float32Array, { products, module }: MemoryParts) {
    const stored = keys.length / inputDim;
    const matrix = WatchedMatrix.ofCapacity(capacity, inputDim, keys);
    const isScreened = capacity >= SCREENED_KEYS && (await products.isSameInParts(inputDim));
    const screen = isScreened ? new KeyScreen(capacity, inputDim, module) : null;
    for (let slot = 0; slot < stored; slot++) screen?.write(slot, rowOf(matrix, slot));
    return new CpuMemoryKernel(matrix, screen, products);
  }

  async write(slots: Int32Array, keys: Matrix): Promise<void> {
    const { cols, data } = this.#keys;
    slots.forEach((slot, row) => {
      this.#keys.touch(slot);
      data.set(rowOf(keys, row), slot * cols);
      this.#screen?.write(slot, rowOf(keys, row));
    });
  }

  async move(from: Int32Array, to: Int32Array): Promise<void> {
    const { cols, data } = this.#keys;
    from.forEach((source, i) => {
      const slot = to[i] ?? 0;
      this.#keys.touch(slot);
      data.copyWithin(slot * cols, source * cols, (source + 1) * cols);
      this.#screen?.write(slot, rowOf(this.#keys, slot));
    });
  }

  async search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    const found = Math.min(k, stored);
    const slots = new Int32Array(queries.rows * found);
    const similarities = new Float32Array(queries.rows * found);
    if (found === 0) return { k: 0, slots, similarities };
    const screened = queries.rows === 1 ? await this.#searchScreened(queries, stored, found) : null;
    if (screened !== null) return screened;
    const keys = rowsOf(this.#keys, 0, stored);
    for (const { from, block } of blocksOf(queries, stored)) {
      const nearest = await this.#products.nearest(block, keys, found);
      slots.set(nearest.slots, from * found);
      similarities.set(nearest.values, from * found);
    }
    return { k: found, slots, similarities };
  }

  /** @returns null where the screen does not help */
  async #searchScreened(query: Matrix, stored: number, k: number): Promise<Neighbors | null> {
    // Of a product that is shared out, each thread must still get columns enough to compute them as here.
    if (this.#screen === null || stored < Math.max(SCREENED_KEYS, this.#products.threads * LEAST_COLUMNS)) return null;
    const left = this.#screen.candidates(query.data, stored, k);
    if (left === null) return null;
    const { cols } = this.#keys;
    const rows = Math.max(left.length, LEAST_COLUMNS);
    if (this.#left.length < rows * cols) this.#left = new Float32Array(rows * cols);
    if (this.#similarities.length < 2 * rows) this.#similarities = new Float32Array(2 * rows);
    left.forEach((slot, i) => {
      this.#left.set(rowOf(this.#keys, slot), i * cols);
    });
    const keys = { rows, cols, data: this.#left.subarray(0, rows * cols) };
    await this.#products.product(query, keys, this.#similarities, "one");
    const values = this.#similarities;
    const best = Array.from(left.keys())
      .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
      .slice(0, k);
    return {
      k,
      slots: Int32Array.from(best, (i) => left[i] ?? 0),
      similarities: Float32Array.from(best, (i) => values[i] ?? 0),
    };
  }

  async searchAmong(queries: Matrix, slots: readonly Int32Array[], k: number): Promise<Neighbors> {
    const { cols } = this.#keys;
    const found = { k, slots: new Int32Array(queries.rows * k), similarities: new Float32Array(queries.rows * k) };
    for (const [row, own] of slots.entries()) {
      const keys = zeros(own.length, cols);
      for (const [i, slot] of own.entries()) keys.data.set(rowOf(this.#keys, slot), i * cols);
      const nearest = await this.#products.nearest(rowsOf(queries, row, row + 1), keys, k);
      found.slots.set(
        nearest.slots.map((i) => own[i] ?? 0),
        row * k,
      );
      found.similarities.set(nearest.values, row * k);
    }
    return found;
  }

  async keys(stored: number): Promise<Matrix> {
    return rowsOf(this.#keys, 0, stored);
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#keys.watch(watcher)];
  }

  dispose(): void {
    // The memory goes with the kernel.
  }
}

const rowOf = (matrix: Matrix, row: number): Float32Array => rowsOf(matrix, row, row + 1).data;
