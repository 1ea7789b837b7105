// What an analytic readout answers with: weights that were solved from the sums as they were at some event, and how far to trust them.
// Invariant: reading changes nothing, and what it says of a sample does not depend on the samples beside it.

import type { Ballot } from "../episodic-memory.ts";
import { type Calibration, evidence, logShare, PRIOR, softmaxOf } from "./calibration.ts";
import { CONTEXTS, columnOf } from "./class-sums.ts";

export type Solved = Calibration & {
  /** λ is ten to the power of half of it. */
  readonly exponent: number;
  /** Samples that were in the sums. */
  readonly samples: number;
  /** float32 [columns, width]: zero for a column that had no samples. */
  readonly weights: Float32Array;
};

export const NOTHING_SOLVED: Solved = { ...PRIOR, exponent: 0, samples: 0, weights: new Float32Array(0) };

/** What is known of the columns now: one that is empty says nothing, whatever its weights are. */
export type Columns = { readonly counts: readonly number[]; readonly width: number };

/** The scores of a class by its columns; none where it has no weights yet. */
export function scoresOf(
  { weights }: Solved,
  { counts, width }: Columns,
  classId: number,
  features: Int16Array,
): number[] {
  const scores: number[] = [];
  for (let context = 0; context < CONTEXTS; context++) {
    const column = columnOf(classId, context);
    const from = column * width;
    if ((counts[column] ?? 0) === 0 || from + width > weights.length) continue;
    const own = weights.subarray(from, from + width);
    // The last feature is the same for all samples: its weight is zero only where nothing was solved.
    if (own.some((weight) => weight !== 0)) scores.push(product(own, features));
  }
  return scores;
}

function product(weights: Float32Array, features: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (features[i] ?? 0);
  return sum;
}

/** Shares of the memory's vote, by class. */
export function sharesOf({ votes }: Pick<Ballot, "votes">): ReadonlyMap<number, number> {
  const total = votes.reduce((sum, { vote }) => sum + Math.max(0, vote), 0);
  return new Map(votes.map(({ classId, vote }) => [classId, total > 0 ? Math.max(0, vote) / total : 0]));
}

/**
 * The memory's ballot, with probabilities for votes. A class that is younger than the weights is scored by its share of the memory's vote.
 * @param features int16 [width]
 */
export function decide(solved: Solved, columns: Columns, ballot: Ballot, features: Int16Array): Ballot {
  const { temperature, trust } = solved;
  const shares = sharesOf(ballot);
  const classes = new Set(shares.keys());
  for (const [column, count] of columns.counts.entries()) if (count > 0) classes.add(Math.floor(column / CONTEXTS));
  if (classes.size === 0) return ballot;
  const ids = [...classes];
  const logits = ids.map((classId) => {
    const share = shares.get(classId) ?? 0;
    const scores = scoresOf(solved, columns, classId, features);
    return evidence(scores.length === 0 ? [share] : scores, temperature) + trust * logShare(share);
  });
  const votes = softmaxOf(logits).map((vote, i) => ({ classId: ids[i] ?? 0, vote }));
  votes.sort((a, b) => b.vote - a.vote || a.classId - b.classId);
  return { ...ballot, votes };
}
