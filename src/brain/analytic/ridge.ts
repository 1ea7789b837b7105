// Ridge regression of one-hot columns on features, from sums alone: `W = (G + λI)⁻¹C`, and how well λ does by generalised cross-validation
// (Golub, Heath & Wahba 1979): `n · RSS / (n − tr H)²` with `RSS = n − tr(WᵀC) − λ‖W‖²` and `tr H = D − λ · tr (G + λI)⁻¹`.

import { type SumsKernel, UNIT } from "../../backend/backend.ts";
import type { Pieces } from "../../tensor/pace.ts";
import { backward, factorize, forward, inverseTrace } from "./factor.ts";

/** What is solved: whole numbers, features in units of 2⁻¹². */
export type Problem = {
  /** Has G. Nobody else changes it meanwhile. */
  readonly kernel: SumsKernel;
  /** Samples in the sums. */
  readonly samples: number;
  /** C: for each column the sum of its samples, float64 [width]. */
  readonly columns: readonly Float64Array[];
  /** Samples whose leverage is wanted, int16 [width] each. */
  readonly probes: readonly Int16Array[];
};

export type Fit = {
  /** λ is ten to the power of half of it. */
  readonly exponent: number;
  /** W: float64 [width] for each column; with a sample's features it gives the column's score. */
  readonly weights: readonly Float64Array[];
  /** Of each probe: `h = φᵀ(G + λI)⁻¹φ`, from 0 to 1. */
  readonly leverages: readonly number[];
  /** By generalised cross-validation, where it was asked for. */
  readonly error: number | null;
};

export const EXPONENTS = { least: -6, most: 8 } as const;

/** Solves for one λ. @param isJudged whether its error is wanted, which takes as long again */
export function* fitRidge(problem: Problem, exponent: number, isJudged: boolean): Pieces<Fit> {
  const { kernel, samples, columns, probes } = problem;
  const strength = 10 ** (exponent / 2);
  const ridge = strength * UNIT * UNIT;
  yield* factorize(kernel, ridge);
  const weights = yield* forward(kernel, columns);
  let residual = samples;
  for (const [i, solution] of weights.entries()) {
    backward(kernel, solution);
    residual -= dot(solution, columns[i] ?? []) + ridge * dot(solution, solution);
    yield;
  }
  const leverages = (yield* forward(kernel, probes)).map((solution) => dot(solution, solution));
  if (!isJudged) return { exponent, weights, leverages, error: null };
  const free = samples - (kernel.width - ridge * (yield* inverseTrace(kernel)));
  // Where the weights have as much freedom as there are samples, nothing is left to judge by.
  const error = free > 1e-6 * samples ? (samples * Math.max(0, residual)) / free ** 2 : Number.POSITIVE_INFINITY;
  return { exponent, weights, leverages, error };
}

/**
 * Solves for the best λ near `exponent`: a step of half a decade to either side, and on as long as it gets better.
 * @param most how many others are tried
 */
export function* fitNearby(problem: Problem, exponent: number, most: number): Pieces<Fit> {
  let best = yield* fitRidge(problem, exponent, most > 0);
  let tried = 0;
  for (const step of [1, -1]) {
    for (let next = best.exponent + step; tried < most && isAllowed(next); next += step) {
      tried++;
      const fit = yield* fitRidge(problem, next, true);
      if ((fit.error ?? 0) >= (best.error ?? 0)) break;
      best = fit;
    }
    if (best.exponent !== exponent) break;
  }
  return best;
}

const isAllowed = (exponent: number): boolean => exponent >= EXPONENTS.least && exponent <= EXPONENTS.most;

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
