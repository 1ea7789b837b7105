// Samples that are kept from a brain, so that what it knows can be measured on what it never learned: up to `limit` of each class.
// A class's first sample is learned; of the others one in ten, by chance, is a candidate. The j-th candidate of its class takes a place while
// there are fewer than `limit`, and later with probability limit/j that of another one (reservoir sampling, Vitter 1985), one of the task that
// has most of them, so that older tasks keep theirs. A candidate that gets no place is learned.
// Invariants: at most `limit` samples of a class; nothing is drawn while `limit` is 0.

import { type Matrix, rowsOf, zeros } from "../../tensor/matrix.ts";
import type { Forgot } from "../events.ts";
import { Random } from "../random.ts";
import { HeldSamples } from "./held-samples.ts";

/** One sample in so many is a candidate. */
const CANDIDATE_ONE_IN = 10;

/** What a lesson's rows are made of. */
export type Lesson = { readonly inputs: Matrix /** int32 [batch] */; readonly classes: Int32Array };

/** Keeps the draws from being those that the brain makes. */
const SALT = 0x686f6c64;
const generator = (seed: number): Random => Random.seeded((seed ^ SALT) >>> 0);

export type HoldOutParts = {
  /** The brain's. */
  readonly seed: number;
  /** Samples of a class at most. */
  readonly limit: number;
  /** State of the generator, 4 × uint32; of one that has drawn nothing when left out. */
  readonly random?: readonly number[];
  readonly samples: HeldSamples;
  /** By class: candidates so far. */
  readonly candidates: readonly number[];
};

export class HoldOut {
  readonly #seed: number;
  readonly #random: Random;
  #samples: HeldSamples;
  #candidates: number[];
  #limit: number;

  constructor({ seed, limit, random, samples, candidates }: HoldOutParts) {
    this.#seed = seed;
    this.#limit = limit;
    this.#random = random === undefined ? generator(seed) : new Random(random);
    this.#samples = samples;
    this.#candidates = [...candidates];
  }

  get limit(): number {
    return this.#limit;
  }

  get samples(): HeldSamples {
    return this.#samples;
  }

  /** Whether anything is to be known of it that a brain does not begin with. */
  get isInUse(): boolean {
    return this.#limit > 0 || this.random.join() !== generator(this.#seed).state.join();
  }

  /** 4 × uint32 */
  get random(): readonly number[] {
    return this.#random.state;
  }

  candidates(classId: number): number {
    return this.#candidates[classId] ?? 0;
  }

  /**
   * Takes samples of a lesson.
   * @param task ordinal of the current one
   * @param isKnown whether the brain has met a class before
   * @returns the rows taken, ascending: they are not to be learned
   */
  take({ inputs, classes }: Lesson, task: number, isKnown: (classId: number) => boolean): readonly number[] {
    if (this.#limit === 0) return [];
    const met = new Set<number>();
    const taken: number[] = [];
    for (let row = 0; row < inputs.rows; row++) {
      const classId = classes[row] ?? 0;
      const isFirst = !(met.has(classId) || isKnown(classId));
      met.add(classId);
      if (isFirst || this.#random.below(CANDIDATE_ONE_IN) > 0) continue;
      const place = this.#placeFor(classId);
      if (place === null) continue;
      this.#samples.put(place, rowsOf(inputs, row, row + 1).data, { classId, task });
      taken.push(row);
    }
    return taken;
  }

  /** Drops what the brain is told to forget. */
  forget(samples: Forgot["samples"]): void {
    if (samples.of === "all") this.#drop();
    if (samples.of === "class") {
      this.#candidates[samples.classId] = 0;
      this.#samples.filter(({ classId }) => classId !== samples.classId);
    }
  }

  /** Holds so many samples of a class from now on; what is too much goes, of the task with most samples first. */
  tune(limit: number): void {
    this.#limit = limit;
    if (limit === 0) this.#drop();
    const classes = new Set(this.#samples.owners.map(({ classId }) => classId));
    const surplus = new Set([...classes].flatMap((classId) => this.#surplusOf(classId)));
    if (surplus.size > 0) this.#samples.filter((_, row) => !surplus.has(row));
  }

  #drop(): void {
    this.#samples = new HeldSamples(zeros(0, this.#samples.inputDim), []);
    this.#candidates = [];
  }

  /** A row for one more candidate of a class; null where it gets none. */
  #placeFor(classId: number): number | null {
    while (this.#candidates.length <= classId) this.#candidates.push(0);
    const candidates = this.candidates(classId) + 1;
    this.#candidates[classId] = candidates;
    const rows = this.#samples.rowsOf(classId);
    if (rows.length < this.#limit) return this.#samples.stored;
    if (this.#random.below(candidates) >= this.#limit) return null;
    const largest = this.#ofLargestTask(rows);
    return largest[this.#random.below(largest.length)] ?? null;
  }

  /** The rows of the task that has most of them; of several such tasks, the latest. */
  #ofLargestTask(rows: readonly number[]): readonly number[] {
    const byTask = new Map<number, number[]>();
    for (const row of rows) {
      const task = this.#samples.owners[row]?.task ?? 0;
      byTask.set(task, [...(byTask.get(task) ?? []), row]);
    }
    const [[, largest = []] = []] = [...byTask].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || b - a);
    return largest;
  }

  #surplusOf(classId: number): readonly number[] {
    let kept = this.#samples.rowsOf(classId);
    const surplus: number[] = [];
    while (kept.length > this.#limit) {
      const gone = this.#ofLargestTask(kept).at(-1);
      if (gone === undefined) break;
      surplus.push(gone);
      kept = kept.filter((row) => row !== gone);
    }
    return surplus;
  }
}
