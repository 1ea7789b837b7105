// What a brain is made of, in figures that a person can read.

import type { WeightsAnswer, WeightsRequest } from "./api.ts";
import type { LiveBrain } from "./live-brain.ts";

/** All in the state that the stamp names, however much the brain learns meanwhile. */
export async function weightsOf(brain: LiveBrain, { bins, signal }: WeightsRequest): Promise<WeightsAnswer> {
  const { result } = await brain.read("weights", { bins }, undefined, signal);
  const { tensors, ...stamp } = result;
  return { brain: brain.row.id, ...stamp, tensors };
}
