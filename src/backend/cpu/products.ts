// Dense products, the library under the kernels of the cpu backend: rows times a weight matrix, whole or only the k largest of each row.
// Invariant: a row's numbers are bit for bit the same alone and in any batch.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";

/** Rows of one call at most: enough for full speed. */
export const MOST_ROWS = 256;

/** Numbers in the result of one call at most, except that two rows always go: bounds our scratch and the library's own to 64 MB. */
const MOST_RESULTS = 2 ** 24;

/** Columns of a product from which on each is summed in the same steps, however many there are. */
export const LEAST_COLUMNS = 512;

export interface Products {
  /** Threads that share a large product. */
  readonly threads: number;

  /**
   * Writes `x·Wᵀ`, float32 [x.rows, weights.rows], to the beginning of `y`. All three lie in one memory of the kernel module.
   * @param x float32 [batch, dim], a block of `blocksOf`
   * @param weights float32 [n, dim]
   * @param y has room for two rows at least
   * @param threads `one`: not shared out, however large it is
   */
  product(x: Matrix, weights: Matrix, y: Float32Array, threads?: "one"): Promise<void>;

  /** Whether a weight row's product is the same to the bit among `LEAST_COLUMNS` weight rows as among many more, on this processor. */
  isSameInParts(dim: number): Promise<boolean>;

  /**
   * The k largest of each row of `x·Wᵀ`, largest first (ties: the lower index): values float32 and slots int32 [x.rows, k].
   * @param x float32 [batch, dim], a block of `blocksOf`
   * @param k at most `weights.rows`
   */
  nearest(x: Matrix, weights: Matrix, k: number): Promise<Nearest>;
}

export type Nearest = { readonly values: Float32Array; readonly slots: Int32Array };

/** `x` in blocks of rows that `Products` takes for `weights` weight rows, each with the index of its first row. */
export function* blocksOf(x: Matrix, weights: number): Generator<{ readonly from: number; readonly block: Matrix }> {
  const size = Math.min(MOST_ROWS, Math.max(2, Math.floor(MOST_RESULTS / weights)));
  for (let from = 0; from < x.rows; from += size) yield { from, block: rowsOf(x, from, Math.min(from + size, x.rows)) };
}
