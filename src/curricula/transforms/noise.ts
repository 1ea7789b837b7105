// Gaussian noise. Invariant: it follows from the key alone, whatever else is drawn for before.

import { Random } from "../../brain/random.ts";

/** So that no shuffle draws the same numbers. */
const NOISE = 2;

/** Whom the noise is for. */
export type NoiseKey = {
  /** uint32 */
  readonly seed: number;
  /** From 1; 0 of an evaluation. */
  readonly epoch: number;
  /** The sample's number in its dataset. */
  readonly row: number;
};

/**
 * `x + deviation · n`, n normal; not clamped.
 * @param place which of the sample's transforms it is, so that two of them differ
 * @returns float32, as long as `x`
 */
export function noise(x: Float32Array, deviation: number, { seed, epoch, row }: NoiseKey, place: number): Float32Array {
  const drawn = Random.keyed(NOISE, seed, place, epoch, row).gaussians(x.length);
  return x.map((value, i) => value + deviation * (drawn[i] ?? 0));
}
