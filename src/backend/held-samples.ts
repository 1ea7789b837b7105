// A few samples that a kernel of sums is asked about: one and its neighbours, or several.
// Invariant: what is told of a sample does not depend on the others that are held, to the bit.

/** Samples that a kernel holds at most: one and 64 neighbours. */
export const HELD_SAMPLES = 65;

/** Numbers in rows: row i begins at `i * stride`, and what is behind its own numbers is of no use. */
export type Strided<Numbers> = { readonly data: Numbers; readonly stride: number };

/** Columns of weights that score samples. What has been used once is not written to again. */
export type WeightColumns = {
  /** float32 [n, width] */
  readonly weights: Float32Array;
  /** Which rows of them. */
  readonly chosen: readonly number[];
};

/** Samples that a kernel holds, until it makes features or holds others. What it tells of them are views, valid until it is asked the same again. */
export interface HeldSamples {
  /**
   * How alike they are, exactly: the inner products of their keys' part of the features, in units of 2⁻²⁴.
   * @returns int32 [n, n], of which what is below the diagonal is filled in
   */
  products(): Strided<Int32Array>;
  /**
   * `Φ·Wᵀ` of the samples `from` to `to` (exclusive), each sum in one fixed order, which the number of rows and columns has no part in.
   * @returns float32 [to - from, chosen]
   */
  scores(columns: WeightColumns, from: number, to: number): Strided<Float32Array>;
}
