// The whole numbers that an analytic readout makes of a sample: what all backends share, so that they agree to the bit.
// Invariant: every feature is from −2¹² to 2¹², so that a sum of 127 products stays below 2³¹ and of 2²⁹ samples below 2⁵³.

import type { Strided, WeightColumns } from "./held-samples.ts";

/** What 1 becomes. */
export const UNIT = 4096;

/** A number of a key of unit length as a feature. */
export const codeOf = (number: number): number => Math.max(-UNIT, Math.min(UNIT, Math.floor(number * UNIT + 0.5)));

/** What makes the features of `expansion` directions together about as long as the key. */
export const seenScale = (expansion: number): number => (expansion === 0 ? 0 : Math.sqrt(2 / expansion));

/** What a direction sees, as a feature. @param product of codes and signs @param scale see `seenScale` */
export const seen = (product: number, scale: number): number =>
  product <= 0 ? 0 : Math.min(UNIT, Math.floor(product * scale + 0.5));

/** See `HeldSamples.products`. @param width of a row of `features` @param dim numbers of it that are multiplied */
export function productsOf(features: Int16Array, width: number, dim: number): Strided<Int32Array> {
  const rows = features.length / width;
  const products = new Int32Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      let product = 0;
      for (let i = 0; i < dim; i++) product += (features[a * width + i] ?? 0) * (features[b * width + i] ?? 0);
      products[a * rows + b] = product;
    }
  }
  return { data: products, stride: rows };
}

/** See `HeldSamples.scores`. */
export function scoresOf(
  features: Int16Array,
  { weights, chosen }: WeightColumns,
  width: number,
): Strided<Float32Array> {
  const [rows, columns] = [features.length / width, chosen.length];
  const scores = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (const [column, place] of chosen.entries()) {
      let score = 0;
      for (let i = 0; i < width; i++) score += (features[row * width + i] ?? 0) * (weights[place * width + i] ?? 0);
      scores[row * columns + column] = score;
    }
  }
  return { data: scores, stride: columns };
}
