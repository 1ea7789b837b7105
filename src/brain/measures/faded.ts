// A mean in which the past fades (Gama, Sebastião and Rodrigues 2013, "On evaluating stream learning algorithms", section 4.2):
// `S ← αS + x`, `N ← αN + 1`, mean `S/N`. Dividing by N instead of by its limit 1/(1 − α) is the bias correction: the mean is exact from
// the first value on. Only products and sums, so that it is the same number on every machine.

/** What is left of a value's weight after each later one: half after 693 values. */
export const FADING = 0.999;

/** A weight tends to 1/(1 − α). */
export const MOST_WEIGHT = 1 / (1 - FADING) + 1;

export type FadedState = { readonly sum: number; readonly weight: number };

export const NOTHING_FADED: FadedState = { sum: 0, weight: 0 };

/** @returns null before any value */
export const meanOf = ({ sum, weight }: FadedState): number | null => (weight === 0 ? null : sum / weight);
