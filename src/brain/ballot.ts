// The neighbours' answer to a query. Invariant: it is that of the neighbours alone, in whatever batch they were found.

import type { Neighbors } from "../backend/backend.ts";

type Vote = {
  readonly classId: number;
  /** Sum of the similarities of the class's neighbours. */
  readonly vote: number;
};

/** The neighbours' answer to one query. */
export type Ballot = {
  /** Classes with a neighbour, largest vote first (ties: the lowest class). */
  readonly votes: readonly Vote[];
  /** 1 − similarity of the most similar neighbour; 1 where there is none. */
  readonly novelty: number;
  /** int32 [k]: the neighbours' slots, most similar first; they hold until the memory changes. */
  readonly slots: Int32Array;
  /** float32 [k]: their similarities. */
  readonly similarities: Float32Array;
};

/**
 * Of one query.
 * @param found of a batch of them
 * @param row which of these
 * @param classes by slot
 */
export function ballotOf({ k, slots, similarities }: Neighbors, row: number, classes: Int32Array): Ballot {
  const sums = new Map<number, number>();
  for (let i = row * k; i < (row + 1) * k; i++) {
    const classId = classes[slots[i] ?? 0] ?? 0;
    sums.set(classId, (sums.get(classId) ?? 0) + (similarities[i] ?? 0));
  }
  const votes = Array.from(sums, ([classId, vote]) => ({ classId, vote }));
  votes.sort((a, b) => b.vote - a.vote || a.classId - b.classId);
  const best = k === 0 ? 0 : (similarities[row * k] ?? 0);
  return {
    votes,
    // Rounding can take a cosine a little beyond 1.
    novelty: Math.min(2, Math.max(0, 1 - best)),
    slots: slots.subarray(row * k, (row + 1) * k),
    similarities: similarities.subarray(row * k, (row + 1) * k),
  };
}
