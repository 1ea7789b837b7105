// What is remembered of storms, and a solving that heeds it. A storm is what was taught in panic of classes that calm lessons had made known: the same
// things in another look. Calm columns are to be 0 on it, as on every sample that is not theirs, and each such wish takes from what they know of
// clear weather. So a sample of a storm counts little where they are solved; the columns of panic are solved with everything.
// Invariant: without storms a solving is one of all columns together.

import type { SumsKernel } from "../../backend/backend.ts";
import { gatheredRows } from "../../tensor/matrix.ts";
import { type Pieces, piecesOf } from "../../tensor/pace.ts";
import type { Remembered } from "../episodic-memory.ts";
import { type ClassSums, CONTEXTS, columnOf } from "./class-sums.ts";
import { fitNearby, type ProbedFit, type Problem } from "./ridge.ts";

/** What a sample of a storm counts where calm columns are solved. */
const COUNTS = 1 / 8;
/** A class is known that has so many calm samples for each of panic; what is taught of others in panic is news to calm columns as well. */
const KNOWN = 1 / 4;

const isCalm = (column: number): boolean => column % CONTEXTS === 0;

export class Storm {
  readonly #kernel: SumsKernel;
  /** Columns of panic of classes that are known. */
  readonly #columns: ReadonlySet<number>;
  #isEmpty = true;

  constructor(kernel: SumsKernel, { counts }: ClassSums) {
    this.#kernel = kernel;
    const isKnown = (count: number, column: number) =>
      !isCalm(column) && count > 0 && (counts[column - 1] ?? 0) >= KNOWN * count;
    this.#columns = new Set([...counts.keys()].filter((column) => isKnown(counts[column] ?? 0, column)));
  }

  /** Whether samples of this column are of a storm. */
  has(column: number): boolean {
    return this.#columns.has(column);
  }

  /** Adds up those of these samples that are of a storm, in the kernel's factor, which nobody else may use before `fit`. */
  gather({ keys, classes, contexts }: Remembered): void {
    const own: number[] = [];
    classes.forEach((classId, row) => {
      if (this.has(columnOf(classId, contexts[row] ?? 0))) own.push(row);
    });
    if (own.length === 0) return;
    if (this.#isEmpty) this.#kernel.factor.fill(0);
    this.#isEmpty = false;
    this.#kernel.addToFactor(this.#kernel.features(gatheredRows(keys, own)));
  }

  /**
   * As `fitNearby`, but that calm columns are solved apart, by the same λ.
   * @param columns which ones the problem's are @param probes those that its probes belong to
   * @returns for a probe that was taught in panic its influence on the columns of panic, for any other that on the calm ones
   */
  *fit(
    problem: Problem,
    columns: readonly number[],
    probes: readonly number[],
    exponent: number,
    most: number,
  ): Pieces<ProbedFit> {
    if (this.#isEmpty) return yield* fitNearby(problem, exponent, most);
    const less = yield* this.#less();
    const [areCalm, areClear] = [columns.map(isCalm), probes.map(isCalm)];
    const ofPanic = problem.probes.filter((_, i) => !areClear[i]);
    const together = yield* fitNearby({ ...problem, probes: ofPanic }, exponent, most);
    const calm = {
      ...problem,
      less,
      columns: problem.columns.filter((_, i) => areCalm[i]),
      probes: problem.probes.filter((_, i) => areClear[i]),
    };
    const apart = yield* fitNearby(calm, together.exponent, 0);
    const others = together.weights.filter((_, i) => !areCalm[i]);
    return {
      ...together,
      weights: joined(areCalm, apart.weights, others),
      influences: joined(areClear, apart.influences, together.influences),
    };
  }

  /** What is taken off the sums for calm columns: float64, a triangle. */
  *#less(): Pieces<Float64Array> {
    const { factor } = this.#kernel;
    const less = new Float64Array(factor.length);
    for (const [from, to] of piecesOf(factor.length)) {
      for (let i = from; i < to; i++) less[i] = (1 - COUNTS) * (factor[i] ?? 0);
      yield;
    }
    return less;
  }
}

/** Two lists as one again. @param isFirst of each place whether what is there comes from the first of them */
function joined<T>(isFirst: readonly boolean[], first: readonly T[], second: readonly T[]): T[] {
  const [ones, others] = [first.values(), second.values()];
  return isFirst.flatMap((is) => {
    const { done, value } = (is ? ones : others).next();
    return done === true ? [] : [value];
  });
}
