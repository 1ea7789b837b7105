// Dense products, the library under the kernels of the cpu backend: rows times a weight matrix.
// Invariant: a row's numbers are bit for bit the same alone and in any batch.

import type { Matrix } from "../../tensor/matrix.ts";

/** Rows of one call at most: enough for full speed. */
export const MOST_ROWS = 256;

export interface Products {
  /**
   * Writes `x·Wᵀ`, float32 [x.rows, weights.rows], to the beginning of `y`. All three lie in one memory of the kernel module.
   * @param x float32 [batch, dim], `MOST_ROWS` rows at most
   * @param weights float32 [n, dim]
   * @param y has room for two rows at least
   */
  product(x: Matrix, weights: Matrix, y: Float32Array): Promise<void>;
}

/** `rows` times `cols` codes, row-major. */
export type Codes<Data> = { readonly rows: number; readonly cols: number; readonly data: Data };

export interface CodeProducts {
  /**
   * Writes `x·y`, int32 [x.rows, y.cols], to the beginning of `to`.
   * @param x uint8 [n, dim]
   * @param y int8 [dim, lanes]
   */
  product(x: Codes<Uint8Array>, y: Codes<Int8Array>, to: Int32Array): Promise<void>;
}
