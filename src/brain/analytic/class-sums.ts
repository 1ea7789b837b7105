// Per class the number and the sum of its samples, apart for those that were taught in panic: a class that looks otherwise in a storm has two columns, and
// its clear one stays as it is. Invariant: all are whole numbers below 2⁵³, so that what was added is taken away to the bit.

import type { LearningMode } from "../config.ts";

/** 0: in `plastic`; 1: in `panic`. */
export type Context = 0 | 1;
export const CONTEXTS = 2;

export const contextOf = (mode: LearningMode): Context => (mode === "panic" ? 1 : 0);

/**
 * Of each sample, uint8 [n]: one of a class whose calm column is refuted goes to the other one, whatever the mode.
 * @param refuted see `Solved`
 */
export function contextsOf(classes: Int32Array, mode: LearningMode, refuted: readonly number[] = []): Uint8Array {
  const own = contextOf(mode);
  return Uint8Array.from(classes, (classId) => (refuted.includes(classId) ? 1 : own));
}

export const columnOf = (classId: number, context: number): number => CONTEXTS * classId + context;

export class ClassSums {
  readonly width: number;
  readonly #counts: number[];
  readonly #sums: Float64Array[];

  /** @param counts one a column @param sums float64 [columns, width], copied */
  constructor(width: number, counts: readonly number[] = [], sums: Float64Array = new Float64Array(0)) {
    this.width = width;
    this.#counts = [...counts];
    this.#sums = counts.map((_, column) => sums.slice(column * width, (column + 1) * width));
  }

  get counts(): readonly number[] {
    return this.#counts;
  }

  get samples(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Samples that were taught in this context. */
  samplesIn(context: Context): number {
    return this.#counts.reduce((sum, count, column) => sum + (column % CONTEXTS === context ? count : 0), 0);
  }

  count(column: number): number {
    return this.#counts[column] ?? 0;
  }

  /** float64 [width]: a view. */
  of(column: number): Float64Array {
    return this.#sums[column] ?? new Float64Array(this.width);
  }

  /** float64 [columns, width] */
  get sums(): Float64Array {
    const all = new Float64Array(this.#sums.length * this.width);
    for (const [column, sum] of this.#sums.entries()) all.set(sum, column * this.width);
    return all;
  }

  addClasses(count: number): void {
    for (let i = 0; i < count * CONTEXTS; i++) {
      this.#counts.push(0);
      this.#sums.push(new Float64Array(this.width));
    }
  }

  /** @param features int16 [width] */
  add(column: number, features: Int16Array, sign: 1 | -1): void {
    const sum = this.of(column);
    for (let i = 0; i < this.width; i++) sum[i] = (sum[i] ?? 0) + sign * (features[i] ?? 0);
    this.#counts[column] = this.count(column) + sign;
  }

  /** Adds `count` samples with their sum. @param sum float64 [width] */
  addSum(column: number, sum: Float64Array, count: number): void {
    const own = this.of(column);
    for (let i = 0; i < this.width; i++) own[i] = (own[i] ?? 0) + (sum[i] ?? 0);
    this.#counts[column] = this.count(column) + count;
  }

  clear(column: number): void {
    this.of(column).fill(0);
    this.#counts[column] = 0;
  }
}
