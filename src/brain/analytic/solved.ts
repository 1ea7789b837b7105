// What an analytic readout answers with: weights that were solved from the sums as they were at some event, and how far to trust them and the memory.
// Invariant: reading changes nothing, and what it says of a sample does not depend on the samples beside it.

import type { Ballot } from "../ballot.ts";
import { type Calibration, PRIOR, softmaxOf } from "./calibration.ts";
import type { Opinion } from "./opinion.ts";

export type Solved = Calibration & {
  /** λ is ten to the power of half of it. */
  readonly exponent: number;
  /** Samples that were in the sums. */
  readonly samples: number;
  /** Classes, ascending, whose calm column and calm neighbours are not heard, since panic has refuted them (see `refuted.ts`). */
  readonly refuted: readonly number[];
  /** float32 [columns, width]: zero for a column that had no samples. */
  readonly weights: Float32Array;
};

export const NOTHING_SOLVED: Solved = { ...PRIOR, exponent: 0, samples: 0, refuted: [], weights: new Float32Array(0) };

/** The memory's ballot, with probabilities for votes. */
export function decide({ temperature, trust }: Calibration, { ballot, classes, scores, errors }: Opinion): Ballot {
  if (classes.length === 0) return ballot;
  const logits = classes.map((_, i) => {
    const score = scores[i] ?? null;
    const error = errors[i] ?? 0;
    // Of a class that is younger than the weights the memory alone can speak, and does so whatever its word is worth beside theirs.
    return score === null ? Math.max(temperature, trust) * error : temperature * score + trust * error;
  });
  const votes = softmaxOf(logits).map((vote, i) => ({ classId: classes[i] ?? 0, vote }));
  votes.sort((a, b) => b.vote - a.vote || a.classId - b.classId);
  return { ...ballot, votes };
}
