// The slow core: what weights that were solved from sums say of a sample, class by class. A class has up to two columns of weights, one calm and one
// of panic, and counts as the larger says; a calm one that panic has refuted is not heard.
// Invariant: a class is there as long as it has samples; what it says before it has weights is 0.

import type { HeldSamples, Strided, WeightColumns } from "../../backend/backend.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import { CONTEXTS, columnOf } from "./class-sums.ts";

/** The samples of each column now, and features of a sample. */
export type Columns = { readonly counts: readonly number[]; readonly width: number };

export class Core {
  /** Classes that have samples, ascending. */
  readonly classes: readonly number[];
  /** All of these, to be asked for. */
  readonly all: AskedClasses;
  readonly #weights: Float32Array;
  /** Of each class its columns that have weights. */
  readonly #columns: readonly (readonly number[])[];
  readonly #places: ReadonlyMap<number, number>;
  readonly #refuted: ReadonlySet<number>;

  /**
   * @param weights float32 [columns, width], for as many columns as there were when they were solved
   * @param refuted classes whose calm column is left out
   */
  constructor({ counts, width }: Columns, weights: Float32Array, refuted: readonly number[]) {
    this.#refuted = new Set(refuted);
    const classes: number[] = [];
    const columns: number[][] = [];
    for (let classId = 0; classId * CONTEXTS < counts.length; classId++) {
      const own: number[] = [];
      let samples = 0;
      for (let context = 0; context < CONTEXTS; context++) {
        const column = columnOf(classId, context);
        const count = counts[column] ?? 0;
        samples += count;
        const row = weights.subarray(column * width, (column + 1) * width);
        // Rows of zeros are those of columns that had no samples when they were solved.
        if (count > 0 && this.#hears(classId, context) && row.some((weight) => weight !== 0)) own.push(column);
      }
      if (samples === 0) continue;
      classes.push(classId);
      columns.push(own);
    }
    this.classes = classes;
    this.#columns = columns;
    this.#places = new Map(classes.map((classId, place) => [classId, place]));
    this.#weights = weights;
    this.all = this.asked([...classes.keys()]);
  }

  /** Where the class is among those that have samples, or null. */
  placeOf(classId: number): number | null {
    return this.#places.get(classId) ?? null;
  }

  #hears(classId: number, context: number): boolean {
    return context > 0 || !this.#refuted.has(classId);
  }

  /** Those of these slots whose word counts. @param slots int32 [n] */
  heard(slots: Int32Array, memory: EpisodicMemory): Int32Array {
    if (this.#refuted.size === 0) return slots;
    return slots.filter((slot) => this.#hears(memory.classOf(slot), memory.contextOf(slot)));
  }

  /** Whether the class at this place has weights. */
  isSolved(place: number): boolean {
    return (this.#columns[place]?.length ?? 0) > 0;
  }

  /** Whether all have. */
  get isComplete(): boolean {
    return this.#columns.every((own) => own.length > 0);
  }

  /** The classes that have a calm column, to be asked for by that alone. */
  get calm(): AskedClasses {
    const columns = this.#columns.map((own) => own.filter((column) => column % CONTEXTS === 0));
    const places = [...columns.keys()].filter((place) => columns[place]?.length === 1);
    return new AskedClasses(
      places,
      places.map((place) => columns[place] ?? []),
      this.#weights,
    );
  }

  /** The classes at these places, to be asked for. */
  asked(places: readonly number[]): AskedClasses {
    const columns = places.map((place) => this.#columns[place] ?? []);
    return new AskedClasses(places, columns, this.#weights);
  }
}

/** Classes that a core is asked for. */
export class AskedClasses {
  /** Their places among the core's. */
  readonly places: readonly number[];
  readonly #columns: WeightColumns;
  /** Where in these the columns of each class begin, and where the last one's end. */
  readonly #starts: readonly number[];

  /** @param columns of each class the rows of `weights` that are its columns @param weights float32 [n, width] */
  constructor(places: readonly number[], columns: readonly (readonly number[])[], weights: Float32Array) {
    const starts = [0];
    for (const own of columns) starts.push((starts.at(-1) ?? 0) + own.length);
    this.places = places;
    this.#columns = { weights, chosen: columns.flat() };
    this.#starts = starts;
  }

  /** What the core says of the samples `from` to `to` (exclusive); to be read before others are asked about. */
  scores(held: HeldSamples, from: number, to: number): CoreScores {
    return new CoreScores(held.scores(this.#columns, from, to), this.#starts);
  }
}

export class CoreScores {
  readonly #columns: Strided<Float32Array>;
  readonly #starts: readonly number[];

  /** @param columns float32 [samples, columns] @param starts see `AskedClasses` */
  constructor(columns: Strided<Float32Array>, starts: readonly number[]) {
    this.#columns = columns;
    this.#starts = starts;
  }

  /** The largest of the columns of a class; 0 where there are none. @param i of the classes that were asked for */
  of(sample: number, i: number): number {
    const { data, stride } = this.#columns;
    const start = this.#starts[i] ?? 0;
    const end = this.#starts[i + 1] ?? start;
    if (start === end) return 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let column = start; column < end; column++) {
      largest = Math.max(largest, data[sample * stride + column] ?? 0);
    }
    return largest;
  }
}
