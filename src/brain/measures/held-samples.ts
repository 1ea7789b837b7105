// The samples of a hold-out, one a row. Invariants: a class's rows are listed in ascending order; no row is written before it was touched
// (`WatchedMatrix`).

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";

/** Whose sample a row is. */
export type Owner = { readonly classId: number /** Ordinal. */; readonly task: number };

const LEAST_ROOM = 16;

export class HeldSamples {
  #inputs: WatchedMatrix;
  #owners: Owner[];
  /** By class. */
  #rows: number[][] = [];

  /** @param inputs float32 [owners.length, inputDim], taken over */
  constructor(inputs: Matrix, owners: readonly Owner[]) {
    this.#inputs = new WatchedMatrix(inputs.rows, inputs.cols, inputs.data);
    this.#owners = [...owners];
    this.#list();
  }

  get inputDim(): number {
    return this.#inputs.cols;
  }

  get stored(): number {
    return this.#owners.length;
  }

  get owners(): readonly Owner[] {
    return this.#owners;
  }

  /** Rows of a class, ascending. */
  rowsOf(classId: number): readonly number[] {
    return this.#rows[classId] ?? [];
  }

  /** A view that holds until the next change: float32 [to − from, inputDim]. */
  inputs(from: number, to: number): Matrix {
    return rowsOf(this.#inputs, from, to);
  }

  /** @param row a present one, or the one after the last @param input float32 [inputDim] */
  put(row: number, input: Float32Array, owner: Owner): void {
    this.#makeRoom(row + 1);
    this.#inputs.touch(row);
    this.#inputs.data.set(input, row * this.#inputs.cols);
    const before = this.#owners[row];
    this.#owners[row] = owner;
    if (before === undefined) this.#listRow(owner.classId, row);
    else if (before.classId !== owner.classId) this.#list();
  }

  /** Keeps only the rows that `isKept`; those behind move up. */
  filter(isKept: (owner: Owner, row: number) => boolean): void {
    const kept = this.#owners.flatMap((owner, row) => (isKept(owner, row) ? [row] : []));
    const { data, cols } = this.#inputs;
    kept.forEach((from, to) => {
      if (from === to) return;
      this.#inputs.touch(to);
      data.copyWithin(to * cols, from * cols, (from + 1) * cols);
    });
    this.#owners = kept.flatMap((row) => this.#owners[row] ?? []);
    this.#list();
  }

  /** See `Brain.watch`. */
  watch(watcher: RowWatcher | null): Float32Array {
    return this.#inputs.watch(watcher);
  }

  /** The arrays at least double, so that n samples cost O(n) copies; one left behind stays as it is, whoever watches it. */
  #makeRoom(rows: number): void {
    const { rows: room, cols, data } = this.#inputs;
    if (rows <= room) return;
    this.#inputs = WatchedMatrix.ofCapacity(Math.max(LEAST_ROOM, 2 * room), cols, data);
  }

  #list(): void {
    this.#rows = [];
    this.#owners.forEach(({ classId }, row) => {
      this.#listRow(classId, row);
    });
  }

  #listRow(classId: number, row: number): void {
    while (this.#rows.length <= classId) this.#rows.push([]);
    this.#rows[classId]?.push(row);
  }
}
