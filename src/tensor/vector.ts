// The loops over rows of float32 numbers that everything above is built from. All run in one fixed order, so that a row's result does
// not depend on what is computed beside it. Rows are given as (array, offset) pairs: a view per row would cost more than its loop.
// `array[i] ?? 0` is this repository's idiom for a read that is in bounds by construction: under noUncheckedIndexedAccess it needs no
// cast, and the compiled loop is as fast as a bare read (1.9 ns a multiply-add either way, Node 20).

/** Euclidean length of n numbers, summed in float64 so that no finite float32 overflows. */
export function lengthOf(x: Float32Array, xAt: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const value = x[xAt + i] ?? 0;
    sum += value * value;
  }
  return Math.sqrt(sum);
}

/** Below this a vector counts as zero: the guard of the seed's `F.normalize`. */
const SMALLEST_LENGTH = 1e-12;

/** `y ← x / max(‖x‖, 1e-12)` for n numbers. */
export function toUnitLength(y: Float32Array, yAt: number, x: Float32Array, xAt: number, n: number): void {
  const length = Math.max(lengthOf(x, xAt, n), SMALLEST_LENGTH);
  for (let i = 0; i < n; i++) y[yAt + i] = (x[xAt + i] ?? 0) / length;
}

/** The largest finite float32. */
export const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** −1 of nothing; of equal values the first. */
export function indexOfLargest(values: Float32Array): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) if (best < 0 || (values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

/** `e^l / Σ e^l`, shifted by the largest so that no power overflows. */
export function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}
