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

/**
 * The nearest of a query without one of them.
 * @param found of a batch of queries
 * @param row which of these
 * @param slot that is left out, if it was found
 * @param most how many are left
 */
export function without(found: Neighbors, row: number, slot: number, most: number): Neighbors {
  const from = row * found.k;
  const own = found.slots.subarray(from, from + found.k);
  const all = Array.from(own, (other, i) => ({ other, similarity: found.similarities[from + i] ?? 0 }));
  const others = all.filter(({ other }) => other !== slot).slice(0, most);
  return {
    k: others.length,
    slots: Int32Array.from(others, ({ other }) => other),
    similarities: Float32Array.from(others, ({ similarity }) => similarity),
  };
}
