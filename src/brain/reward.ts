// How much of each sample reaches the synapses: the seed's reward, dopamine in its words.

import type { LearningMode } from "./config.ts";

const RIGHT = 1;
const WRONG = -0.2;

/** While a memory has seen fewer samples than this (forgotten ones aside), its answers mean nothing, and every sample counts as right. */
const FRESH_SAMPLES = 100;

/**
 * @param right whether the brain knew each sample before learning it
 * @param experience samples that the memory had seen before this event, forgotten ones aside
 * @returns float32 [batch]
 */
export function rewards(right: readonly boolean[], experience: number, mode: LearningMode): Float32Array {
  const everyoneRight = mode === "panic" || experience < FRESH_SAMPLES;
  return Float32Array.from(right, (isRight) => (isRight || everyoneRight ? RIGHT : WRONG));
}
