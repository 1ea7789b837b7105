// Ridge regression of one-hot columns on features, from sums alone: `W = (G + λI)⁻¹C`, and how well λ does by generalised cross-validation
// (Golub, Heath & Wahba 1979): `n · RSS / (n − tr H)²` with `RSS = n − tr(WᵀC) − λ‖W‖²` and `tr H = D − λ · tr (G + λI)⁻¹`.

import { type SumsKernel, UNIT } from "../../backend/backend.ts";
import type { Pieces } from "../../tensor/pace.ts";
import { Random } from "../random.ts";
import { factorize, quadratics, solutions } from "./factor.ts";

/** What is solved: whole numbers, features in units of 2⁻¹². */
export type Problem = {
  /** Has G. Nobody else changes it meanwhile. */
  readonly kernel: SumsKernel;
  /** What is taken off G: float64, a triangle like its own, or nothing. */
  readonly less?: Float64Array;
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
  /** By generalised cross-validation, where it was asked for. */
  readonly error: number | null;
};

export type ProbedFit = Fit & {
  /** Of each probe: `(G + λI)⁻¹φ`, float64 [width]; with a sample's features it gives how far the probe's label moves that one's score. */
  readonly influences: readonly Float64Array[];
};

/** Of the estimate of a trace. */
const SIGNS = { vectors: 32, seed: 1 } as const;
/** Samples for each feature below which λ is left as it is: the estimate's error would be as large as what is judged by. */
const ENOUGH = 1 / 8;

export const EXPONENTS = { least: -6, most: 8 } as const;

/** Solves for one λ; the kernel's factor is of it until the next. @param isJudged whether its error is wanted */
export function* fitRidge(
  { kernel, less, samples, columns }: Problem,
  exponent: number,
  isJudged: boolean,
): Pieces<Fit> {
  const ridge = 10 ** (exponent / 2) * UNIT * UNIT;
  yield* factorize(kernel, ridge, less);
  const weights = yield* solutions(kernel, columns);
  if (!isJudged) return { exponent, weights, error: null };
  const free = samples - (kernel.width - ridge * (yield* inverseTrace(kernel)));
  // Where the weights have as much freedom as there are samples, nothing is left to judge by.
  const isFree = free > 1e-6 * samples;
  const error = isFree ? (samples * residual(weights, columns, samples, ridge)) / free ** 2 : Number.POSITIVE_INFINITY;
  return { exponent, weights, error };
}

function residual(weights: readonly Float64Array[], columns: readonly Float64Array[], samples: number, ridge: number) {
  let left = samples;
  for (const [i, own] of weights.entries()) left -= dot(own, columns[i] ?? []) + ridge * dot(own, own);
  return Math.max(0, left);
}

/**
 * The trace of `(G + λI)⁻¹` as Girard (1989) and Hutchinson (1990) estimate it: the mean of `sᵀ(G + λI)⁻¹s` over vectors s of random signs, which takes a
 * tenth of what the factor takes. They are the same for every λ, so that a comparison of two hears little of their error.
 */
function* inverseTrace(kernel: SumsKernel): Pieces<number> {
  const random = Random.seeded(SIGNS.seed);
  const signs = Array.from({ length: SIGNS.vectors }, () =>
    Int8Array.from({ length: kernel.width }, () => (random.uniform() < 0.5 ? -1 : 1)),
  );
  const values = yield* quadratics(kernel, signs);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Solves for the best λ near `exponent`: a step of half a decade to either side, and on as long as it gets better.
 * @param most how many others are tried, where there are samples enough
 */
export function* fitNearby(problem: Problem, exponent: number, most: number): Pieces<ProbedFit> {
  const { kernel, probes, samples } = problem;
  const tries = samples < ENOUGH * kernel.width ? 0 : most;
  let best = yield* fitRidge(problem, exponent, tries > 0);
  let influences = yield* solutions(kernel, probes);
  let tried = 0;
  for (const step of [1, -1]) {
    for (let next = best.exponent + step; tried < tries && isAllowed(next); next += step) {
      tried++;
      const fit = yield* fitRidge(problem, next, true);
      if ((fit.error ?? 0) >= (best.error ?? 0)) break;
      best = fit;
      influences = yield* solutions(kernel, probes);
    }
    if (best.exponent !== exponent) break;
  }
  return { ...best, influences };
}

const isAllowed = (exponent: number): boolean => exponent >= EXPONENTS.least && exponent <= EXPONENTS.most;

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
