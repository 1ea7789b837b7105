// What a learner must be better than, on the same rows: the nearest class mean and plain kNN, written out so that anybody can check them.
// Both are computed on rows at unit length, on which inner products are cosines; neither forgets anything, for it keeps all it has seen.

import type { Rows } from "./source.ts";

export const FLOORS = ["nearest class mean", "kNN"] as const;
export type FloorName = (typeof FLOORS)[number];

/** The label that a learner gives each row. */
export type Answers = readonly (string | null)[];

/** A learner that is taught row by row and asked at any time. */
export interface Floor {
  learn(rows: Rows): void;
  answer(rows: Rows): Answers;
}

export const floorOf = (name: FloorName, cols: number): Floor =>
  name === "kNN" ? new NearestNeighbours(cols) : new NearestMean(cols);

/** As many as vote in a brain by default. */
const NEIGHBOURS = 20;
/** Rows that are compared with a key while it is in the cache. */
const BLOCK = 4;

/** The most similar of all rows vote with their similarity. */
class NearestNeighbours implements Floor {
  readonly #cols: number;
  #keys: Float32Array;
  readonly #labels: string[] = [];

  constructor(cols: number) {
    this.#cols = cols;
    this.#keys = new Float32Array(cols);
  }

  learn({ data, labels }: Rows): void {
    const cols = this.#cols;
    const stored = this.#labels.length;
    const needed = (stored + labels.length) * cols;
    if (needed > this.#keys.length) {
      const larger = new Float32Array(Math.max(needed, 2 * this.#keys.length));
      larger.set(this.#keys);
      this.#keys = larger;
    }
    this.#keys.set(unitRows(data, cols), stored * cols);
    this.#labels.push(...labels);
  }

  answer({ data, labels }: Rows): Answers {
    const cols = this.#cols;
    const queries = new Float32Array(Math.ceil(labels.length / BLOCK) * BLOCK * cols);
    queries.set(unitRows(data, cols));
    const answers: (string | null)[] = [];
    for (let row = 0; row < labels.length; row += BLOCK) {
      const similarities = this.#compared(queries, row);
      answers.push(...similarities.slice(0, labels.length - row).map((own) => this.#vote(own)));
    }
    return answers;
  }

  /** Similarities of `BLOCK` rows to all keys, row by row. */
  #compared(queries: Float32Array, row: number): Float32Array[] {
    const cols = this.#cols;
    const keys = this.#keys;
    const [a, b, c, d] = [0, 1, 2, 3].map((at) => queries.subarray((row + at) * cols, (row + at + 1) * cols));
    const found = Array.from({ length: BLOCK }, () => new Float32Array(this.#labels.length));
    const [ofA, ofB, ofC, ofD] = found;
    // Four of each, for `BLOCK` is four; the compiler cannot know.
    if (!a || !b || !c || !d || !ofA || !ofB || !ofC || !ofD) return found;
    for (let key = 0, at = 0; key < this.#labels.length; key++) {
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
      for (let col = 0; col < cols; col++, at++) {
        const value = keys[at] ?? 0;
        sumA += value * (a[col] ?? 0);
        sumB += value * (b[col] ?? 0);
        sumC += value * (c[col] ?? 0);
        sumD += value * (d[col] ?? 0);
      }
      ofA[key] = sumA;
      ofB[key] = sumB;
      ofC[key] = sumC;
      ofD[key] = sumD;
    }
    return found;
  }

  #vote(similarities: Float32Array): string | null {
    const votes = new Map<string, number>();
    for (const key of largest(similarities, NEIGHBOURS)) {
      const label = this.#labels[key] ?? "";
      votes.set(label, (votes.get(label) ?? 0) + (similarities[key] ?? 0));
    }
    return mostVoted(votes);
  }
}

/** The class whose mean row, at unit length, is the most similar. */
class NearestMean implements Floor {
  readonly #cols: number;
  readonly #sums = new Map<string, Float64Array>();

  constructor(cols: number) {
    this.#cols = cols;
  }

  learn({ data, labels }: Rows): void {
    const units = unitRows(data, this.#cols);
    labels.forEach((label, row) => {
      const sum = this.#sums.get(label) ?? new Float64Array(this.#cols);
      this.#sums.set(label, sum);
      for (let col = 0; col < this.#cols; col++) sum[col] = (sum[col] ?? 0) + (units[row * this.#cols + col] ?? 0);
    });
  }

  answer({ data, labels }: Rows): Answers {
    const means = [...this.#sums].map(([label, sum]) => [label, unitRows(sum, this.#cols)] as const);
    return labels.map((_, row) => {
      const own = data.subarray(row * this.#cols, (row + 1) * this.#cols);
      return mostVoted(new Map(means.map(([label, mean]) => [label, product(own, mean)])));
    });
  }
}

const product = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Null of none; of equals the first. */
function mostVoted(votes: ReadonlyMap<string, number>): string | null {
  let best: readonly [string | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (const [label, vote] of votes) if (vote > best[1]) best = [label, vote];
  return best[0];
}

function unitRows(data: Float32Array | Float64Array, cols: number): Float32Array {
  const units = new Float32Array(data);
  for (let from = 0; from < units.length; from += cols) {
    const row = units.subarray(from, from + cols);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let col = 0; col < cols; col++) row[col] = (row[col] ?? 0) / length;
  }
  return units;
}

/** @returns the places of the `count` largest values, in any order */
function largest(values: Float32Array, count: number): number[] {
  const places: number[] = [];
  let least = 0;
  for (let at = 0; at < values.length; at++) {
    if (places.length === count && (values[at] ?? 0) <= (values[places[least] ?? 0] ?? 0)) continue;
    if (places.length < count) places.push(at);
    else places[least] = at;
    least = 0;
    for (let place = 1; place < places.length; place++) {
      if ((values[places[place] ?? 0] ?? 0) < (values[places[least] ?? 0] ?? 0)) least = place;
    }
  }
  return places;
}
