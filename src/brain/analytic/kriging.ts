// How much each neighbour of a sample says of it: simple kriging, which is Gaussian-process regression from a few points (Matheron 1963; Rasmussen and
// Williams 2006, chapter 2). Neighbours that are alike share their say, and far ones have little. Invariant: the weights depend on the inner products alone.

/** How fast likeness fades: the kernel is `exp(FADING · (s − 1))` of the inner product s of two keys of unit length. */
const FADING = 4;
/** Variance of what no likeness explains, against that of what it does. */
const NOISE = 0.2;

const kernel = (similarity: number): number => Math.exp(FADING * (similarity - 1));

/** Solves for one sample after the other in the same room. */
export class Kriging {
  /** A row for each neighbour, and one for the sample. */
  readonly #factor: Float64Array;

  /** @param most neighbours of a sample */
  constructor(most: number) {
    this.#factor = new Float64Array((most + 1) * most);
  }

  /**
   * `(K + τI)⁻¹k`, by Cholesky's method.
   * @param similarity of two of a group by their places a > b in it: first the neighbours, then the sample
   * @param weights float64 [neighbors]: where they go
   */
  solve(similarity: (a: number, b: number) => number, weights: Float64Array): void {
    const factor = this.#factor;
    const neighbors = weights.length;
    // Of the sample's row, which is k, L leaves L⁻¹k.
    for (let row = 0; row <= neighbors; row++) {
      const x = row * neighbors;
      for (let column = 0; column < row; column++) {
        const y = column * neighbors;
        let value = kernel(similarity(row, column));
        for (let i = 0; i < column; i++) value -= (factor[x + i] ?? 0) * (factor[y + i] ?? 0);
        factor[x + column] = value / (factor[y + column] ?? 1);
      }
      if (row === neighbors) break;
      let pivot = 1 + NOISE;
      for (let i = 0; i < row; i++) pivot -= (factor[x + i] ?? 0) * (factor[x + i] ?? 0);
      // At least the noise, but for rounding.
      factor[x + row] = Math.sqrt(Math.max(pivot, NOISE / 2));
    }
    weights.set(factor.subarray(neighbors * neighbors, (neighbors + 1) * neighbors));
    for (let row = neighbors - 1; row >= 0; row--) {
      const x = row * neighbors;
      const value = (weights[row] ?? 0) / (factor[x + row] ?? 1);
      weights[row] = value;
      for (let i = 0; i < row; i++) weights[i] = (weights[i] ?? 0) - (factor[x + i] ?? 0) * value;
    }
  }
}
