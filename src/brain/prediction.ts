// A ballot of the memory, told as a prediction: labels for class ids, shares for votes.

import type { Prediction } from "./brain.ts";
import type { Ballot } from "./episodic-memory.ts";

/**
 * `score_c = max(0, vote_c) / Σ max(0, vote)`, 0 where the sum is 0; the label is the largest vote's, so it leads the scores.
 * @param rejectBelow similarity that the most similar sample must have for the winner to be named; null for none
 */
export function predictionOf(
  { votes, novelty }: Ballot,
  labels: readonly string[],
  topK: number,
  rejectBelow: number | null,
): Prediction {
  const total = votes.reduce((sum, { vote }) => sum + Math.max(0, vote), 0);
  const share = (vote: number): number => (total > 0 ? Math.max(0, vote) / total : 0);
  const named = ({ classId, vote }: Ballot["votes"][number]) => ({
    label: labelOf(labels, classId),
    score: share(vote),
  });
  const isRejected = rejectBelow !== null && 1 - novelty < rejectBelow;
  const winner = isRejected ? undefined : votes[0];
  return {
    label: winner === undefined ? null : labelOf(labels, winner.classId),
    confidence: winner === undefined ? 0 : share(winner.vote),
    scores: votes.slice(0, topK).map(named),
    novelty,
  };
}

function labelOf(labels: readonly string[], classId: number): string {
  const label = labels[classId];
  if (label === undefined) throw new RangeError(`class ${classId} has no label, there are ${labels.length}`);
  return label;
}
