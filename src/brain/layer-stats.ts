// How a layer is doing, in a few numbers computed from its per-neuron state.

import type { LayerSettings } from "./shape.ts";

/**
 * A neuron's frequency follows its fires per batch with momentum 0.05, so one fire lifts it to at least 0.05. Active: it fired within about
 * the last 30 steps; dead: not within about 75. Just after a consolidation none is active and all are dead, as in the seed's figures.
 */
const ACTIVE_ABOVE = 0.01;
const DEAD_BELOW = 0.001;

export type LayerStats = {
  /** Mature neurons. */
  readonly mature: number;
  /** Neurons that fire now and then. */
  readonly active: number;
  /** Neurons that have not fired for long. */
  readonly dead: number;
  /** Mean gate: how much of its imagination the layer adds to its input. */
  readonly gateMean: number;
  readonly frequencyMean: number;
  readonly frequencyMax: number;
  /** Neurons born again, ever. */
  readonly recycled: number;
} & LayerSettings;

/** @param frequency, maturity float32 [hiddenDim] each */
export function neuronStats(frequency: Float32Array, maturity: Float32Array) {
  let mature = 0;
  let active = 0;
  let dead = 0;
  let sum = 0;
  let frequencyMax = 0;
  // Told after every event: by index, since iterating costs several times as much.
  for (let neuron = 0; neuron < frequency.length; neuron++) {
    const value = frequency[neuron] ?? 0;
    mature += maturity[neuron] ?? 0;
    if (value > ACTIVE_ABOVE) active++;
    if (value < DEAD_BELOW) dead++;
    sum += value;
    frequencyMax = Math.max(frequencyMax, value);
  }
  return { mature, active, dead, frequencyMean: sum / frequency.length, frequencyMax };
}
