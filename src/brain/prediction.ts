// Votes for classes, told as a prediction: labels for class ids, shares for votes.

import type { Ballot } from "./ballot.ts";
import type { PerRow, Prediction } from "./brain.ts";
import { type Answers, NO_CLASS } from "./measures/answers.ts";

/** @returns what is meant for `row` */
export const forRow = <T extends number | boolean>(value: PerRow<T>, row: number): T =>
  typeof value === "function" ? value(row) : value;

/** Votes by class, largest first, and how new the input looks. */
export type Verdict = Pick<Ballot, "votes" | "novelty">;

/**
 * @param rejectBelow similarity that the most similar sample must have for the winner to be named; null for none
 * @returns the class of the largest vote, or null where no vote is above 0 (nothing remembered speaks for any class) or it is rejected
 */
export function winnerOf({ votes: [first], novelty }: Verdict, rejectBelow: number | null): number | null {
  const isRejected = rejectBelow !== null && 1 - novelty < rejectBelow;
  return !isRejected && first !== undefined && first.vote > 0 ? first.classId : null;
}

/** @returns the share of all votes above 0 that the largest one has; 0 where there is none */
export function leadOf({ votes }: Verdict): number {
  const [first] = votes;
  return first === undefined ? 0 : shareOf(first.vote, totalOf(votes));
}

const totalOf = (votes: Verdict["votes"]): number => votes.reduce((sum, { vote }) => sum + Math.max(0, vote), 0);
const shareOf = (vote: number, total: number): number => (total > 0 ? Math.max(0, vote) / total : 0);

/**
 * `score_c = max(0, vote_c) / Σ max(0, vote)`, 0 where the sum is 0; a label is the largest vote's, so it leads the scores.
 * @param rejectBelow see `winnerOf`
 */
export function predictionOf(
  ballot: Verdict,
  labels: readonly string[],
  topK: number,
  rejectBelow: number | null,
): Prediction {
  const { votes, novelty } = ballot;
  const total = totalOf(votes);
  const named = ({ classId, vote }: Ballot["votes"][number]) => ({
    label: labelOf(labels, classId),
    score: shareOf(vote, total),
  });
  const winner = winnerOf(ballot, rejectBelow);
  return {
    label: winner === null ? null : labelOf(labels, winner),
    confidence: winner === null ? 0 : leadOf(ballot),
    scores: votes.slice(0, topK).map(named),
    novelty,
  };
}

/** What is counted of the answers to a batch. @param rejectBelow see `winnerOf` */
export function answersOf(ballots: readonly Ballot[], rejectBelow: number | null): Answers {
  const winners = ballots.map((ballot) => winnerOf(ballot, rejectBelow));
  return {
    classes: Int32Array.from(winners, (winner) => winner ?? NO_CLASS),
    confidence: Float64Array.from(ballots, (ballot, row) => (winners[row] === null ? 0 : leadOf(ballot))),
    novelty: Float32Array.from(ballots, ({ novelty }) => novelty),
  };
}

/** @throws RangeError on a bug: a brain knows the label of every class that it remembers */
export function labelOf(labels: readonly string[], classId: number): string {
  const label = labels[classId];
  if (label === undefined) throw new RangeError(`class ${classId} has no label, there are ${labels.length}`);
  return label;
}
