// The whole numbers that an analytic readout makes of a sample: what all backends share, so that they agree to the bit.
// Invariant: every feature is from −2¹² to 2¹², so that a sum of 127 products stays below 2³¹ and of 2²⁹ samples below 2⁵³.

/** What 1 becomes. */
export const UNIT = 4096;

/** A number of a key of unit length as a feature. */
export const codeOf = (number: number): number => Math.max(-UNIT, Math.min(UNIT, Math.floor(number * UNIT + 0.5)));

/** What makes the features of `expansion` directions together about as long as the key. */
export const seenScale = (expansion: number): number => (expansion === 0 ? 0 : Math.sqrt(2 / expansion));

/** What a direction sees, as a feature. @param product of codes and signs @param scale see `seenScale` */
export const seen = (product: number, scale: number): number =>
  product <= 0 ? 0 : Math.min(UNIT, Math.floor(product * scale + 0.5));
