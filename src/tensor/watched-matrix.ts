// A matrix whose rows can be watched: whoever writes one says so first, so that a watcher may keep the row as it was (copy on write).
// Invariant: between `watch` and `watch(null)`, no row of `data` changes without a `touch` just before.

import type { Matrix } from "./matrix.ts";

/** Hears that row `row` of the array `data` is about to be written; it may read the row, and changes nothing. */
export type RowWatcher = (data: Float32Array, row: number) => void;

export class WatchedMatrix implements Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
  #watcher: RowWatcher | null = null;

  /** @param data float32 [rows, cols], taken over: from now on only the matrix's owner writes it */
  constructor(rows: number, cols: number, data: Float32Array) {
    this.rows = rows;
    this.cols = cols;
    this.data = data;
  }

  /** A matrix with room for `rows` rows, of which `data` has the first; taken over, and copied only where it is shorter. */
  static ofCapacity(rows: number, cols: number, data: Float32Array): WatchedMatrix {
    if (data.length === rows * cols) return new WatchedMatrix(rows, cols, data);
    const room = new Float32Array(rows * cols);
    room.set(data);
    return new WatchedMatrix(rows, cols, room);
  }

  /** @returns the array of whose rows `watcher` hears; null: nobody hears any more */
  watch(watcher: RowWatcher | null): Float32Array {
    this.#watcher = watcher;
    return this.data;
  }

  /** Has to be called before each write to `row`. */
  touch(row: number): void {
    this.#watcher?.(this.data, row);
  }
}
