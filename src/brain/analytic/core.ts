// The slow core: what weights that were solved from sums say of a sample, class by class. A class has up to two columns of weights, one calm and one
// of panic, and counts as the larger says. Invariant: a class is there as long as it has samples; what it says before it has weights is 0.

import { CONTEXTS, columnOf } from "./class-sums.ts";

/** The samples of each column now, and features of a sample. */
export type Columns = { readonly counts: readonly number[]; readonly width: number };

/** `Φ·Wᵀ` of samples: float32 [batch, columns]. @param weights float32 [columns, width] */
export type Scoring = (weights: Float32Array) => Float32Array;

export class Core {
  /** Classes that have samples, ascending. */
  readonly classes: readonly number[];
  readonly #width: number;
  readonly #weights: Float32Array;
  /** Of each class the rows of `#weights` that are its columns. */
  readonly #rows: readonly (readonly number[])[];

  /** @param weights float32 [columns, width], for as many columns as there were when they were solved */
  constructor({ counts, width }: Columns, weights: Float32Array) {
    const classes: number[] = [];
    const rows: number[][] = [];
    const packed: Float32Array[] = [];
    for (let classId = 0; classId * CONTEXTS < counts.length; classId++) {
      const own: number[] = [];
      let samples = 0;
      for (let context = 0; context < CONTEXTS; context++) {
        const column = columnOf(classId, context);
        const count = counts[column] ?? 0;
        samples += count;
        const row = weights.subarray(column * width, (column + 1) * width);
        // Rows of zeros are those of columns that had no samples when they were solved.
        if (count > 0 && row.some((weight) => weight !== 0)) own.push(packed.push(row) - 1);
      }
      if (samples === 0) continue;
      classes.push(classId);
      rows.push(own);
    }
    this.classes = classes;
    this.#width = width;
    this.#rows = rows;
    this.#weights = new Float32Array(packed.length * width);
    for (const [row, values] of packed.entries()) this.#weights.set(values, row * width);
  }

  /** Whether the class at this place has weights. */
  isSolved(place: number): boolean {
    return (this.#rows[place]?.length ?? 0) > 0;
  }

  /** Whether all have. */
  get isComplete(): boolean {
    return this.#rows.every((own) => own.length > 0);
  }

  /** @returns float32 [batch, classes]: 0 of a class without weights */
  scores(scoring: Scoring): Float32Array {
    return largestOf(scoring(this.#weights), this.#rows);
  }

  /** As `scores`, of the classes at these places alone: float32 [batch, places] */
  scoresAt(places: readonly number[], scoring: Scoring): Float32Array {
    if (places.length === this.classes.length) return this.scores(scoring);
    const width = this.#width;
    const own = places.map((place) => this.#rows[place] ?? []);
    const weights = new Float32Array(own.reduce((sum, rows) => sum + rows.length, 0) * width);
    let at = 0;
    const rows = own.map((old) =>
      old.map((row) => {
        weights.set(this.#weights.subarray(row * width, (row + 1) * width), at * width);
        return at++;
      }),
    );
    return largestOf(scoring(weights), rows);
  }
}

/** The largest of each class's columns. @param columns float32 [batch, columns] */
function largestOf(columns: Float32Array, rows: readonly (readonly number[])[]): Float32Array {
  const width = rows.reduce((sum, own) => sum + own.length, 0);
  const batch = width === 0 ? 0 : columns.length / width;
  const scores = new Float32Array(batch * rows.length);
  for (let sample = 0; sample < batch; sample++) {
    for (const [place, own] of rows.entries()) {
      let largest = Number.NEGATIVE_INFINITY;
      for (const row of own) largest = Math.max(largest, columns[sample * width + row] ?? 0);
      if (own.length > 0) scores[sample * rows.length + place] = largest;
    }
  }
  return scores;
}
