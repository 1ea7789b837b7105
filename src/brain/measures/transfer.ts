// What learning one task did to others, read off R: `R[i][j]` is the hold-out accuracy on task j at the end of task i; null where there was
// nothing to measure. The last row that has a number, k, stands for now. Pure.

/** Rows and columns are tasks, first to last. */
export type TransferMatrix = readonly (readonly (number | null)[])[];

/**
 * Mean over tasks j < k of `max_{l<k} R[l][j] − R[k][j]` (Chaudhry et al. 2018, "Riemannian walk for incremental learning", section 3.2).
 * @returns above 0 where old tasks are known worse than they were; null without an older task that was measured twice
 */
export function forgetting(matrix: TransferMatrix): number | null {
  return meanOver(matrix, (earlier, now, j) => {
    const best = earlier.flatMap((row) => row[j] ?? []).reduce<number | null>((a, b) => Math.max(a ?? b, b), null);
    return best === null ? null : best - now;
  });
}

/**
 * Mean over tasks i < k of `R[k][i] − R[i][i]` (Lopez-Paz and Ranzato 2017, "Gradient episodic memory", section 2).
 * @returns below 0 where later tasks made older ones worse; null as in `forgetting`
 */
export function backwardTransfer(matrix: TransferMatrix): number | null {
  return meanOver(matrix, (earlier, now, i) => {
    const then = earlier[i]?.[i] ?? null;
    return then === null ? null : now - then;
  });
}

/**
 * Mean over all tasks but the very first of the accuracy of their first learn call, answered before anything of them was learned (Lopez-Paz
 * and Ranzato 2017). An untrained brain, with which they compare, names no class: its accuracy is 0.
 * @param firsts of these tasks, null where nothing was learned yet
 */
export const forwardTransfer = (firsts: readonly (number | null)[]): number | null => mean(firsts);

function meanOver(
  matrix: TransferMatrix,
  difference: (earlier: TransferMatrix, now: number, task: number) => number | null,
): number | null {
  const k = matrix.findLastIndex((row) => row.some((value) => value !== null));
  const last = matrix[k] ?? [];
  const earlier = matrix.slice(0, Math.max(0, k));
  return mean(earlier.map((_, task) => ifThere(last[task], (now) => difference(earlier, now, task))));
}

const ifThere = (value: number | null | undefined, then: (value: number) => number | null): number | null =>
  value === null || value === undefined ? null : then(value);

function mean(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
}
