// How much of each sample reaches the synapses: the seed's reward, dopamine in its words. How much that is when a sample was known and when
// it was not is the brain's configuration.

import type { LearningMode, Reward } from "./config.ts";

/** While a memory has seen fewer samples than this (forgotten ones aside), its answers mean nothing, and every sample counts as right. */
const FRESH_SAMPLES = 100;

/**
 * @param known whether the brain knew each sample before learning it
 * @param experience samples that the memory had seen before this event, forgotten ones aside
 * @returns float32 [batch]
 */
export function rewards(
  known: readonly boolean[],
  experience: number,
  mode: LearningMode,
  reward: Reward,
): Float32Array {
  const everyoneRight = mode === "panic" || experience < FRESH_SAMPLES;
  return Float32Array.from(known, (isKnown) => (isKnown || everyoneRight ? reward.right : reward.wrong));
}
