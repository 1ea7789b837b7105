// ADWIN (Bifet and Gavaldà 2007, "Learning from time-changing data with adaptive windowing", ADWIN2): a window of the latest errors that
// grows while they look alike and drops its oldest ones when two parts of it differ by more than chance explains. The window is kept as an
// exponential histogram. Invariant: rows but the last hold 4 or 5 buckets, the last 1 to 5 (none before the first sample).

import { type Fields, listOf, StateError, whole } from "../../header-fields.ts";
import { MAX_COUNT } from "../../limits.ts";
import type { DriftDetector, Rise } from "./detector.ts";

/** Confidence: how often a window without change is cut all the same, as in the paper's experiments and all implementations. */
const DELTA = 0.002;
/** Buckets of one size; one more, and the two oldest become one of twice the size. */
const MAX_BUCKETS = 5;
/** The window is looked at after so many samples: the authors' implementation (in MOA) trades this delay for speed. */
const CHECK_EVERY = 32;
/** A window, and a part of it, as short as this is not judged, as in the authors' implementation. */
const TOO_SHORT_WINDOW = 10;
const TOO_SHORT_PART = 6;
/** What the authors' implementation takes off the parts' lengths in the bound. */
const LENGTH_OFFSET = 4;

/** 2⁴⁶ samples and more: no life is that long. */
const MAX_ROWS = 45;

export type AdwinState = {
  /** Samples ever seen. */
  readonly samples: number;
  /** `rows[i]`: errors in each bucket of 2ⁱ samples, oldest first. Squares of 0 and 1 are 0 and 1, so variances follow from them. */
  readonly rows: readonly (readonly number[])[];
};

export class Adwin implements DriftDetector {
  readonly name = "adwin";
  #samples: number;
  readonly #rows: number[][];
  /** Samples and errors in the window. */
  #width: number;
  #errors: number;

  constructor({ samples, rows }: AdwinState = { samples: 0, rows: [] }) {
    this.#samples = samples;
    this.#rows = rows.map((row) => [...row]);
    const { width, errors } = contentOf(rows);
    this.#width = width;
    this.#errors = errors;
  }

  /** @throws StateError */
  static restore(fields: Fields, where: string): Adwin {
    const samples = whole(fields.samples, `${where}.samples`, 0, MAX_COUNT);
    const listed = listOf(fields.rows, `${where}.rows`);
    if (listed.length > MAX_ROWS) throw new StateError(`${where}.rows are more than ${MAX_ROWS}`);
    const rows = listed.map((row, level) => {
      const at = `${where}.rows.${level}`;
      const buckets = listOf(row, at).map((errors) => whole(errors, at, 0, 2 ** level));
      const least = level === listed.length - 1 ? 1 : MAX_BUCKETS - 1;
      if (buckets.length < least || buckets.length > MAX_BUCKETS) {
        throw new StateError(`${at} has ${buckets.length} buckets, not ${least} to ${MAX_BUCKETS}`);
      }
      return buckets;
    });
    if (contentOf(rows).width > samples) throw new StateError(`${where}.rows have more than ${samples} samples`);
    return new Adwin({ samples, rows });
  }

  /** Samples in the window. */
  get width(): number {
    return this.#width;
  }

  get error(): number | null {
    return this.#width === 0 ? null : this.#errors / this.#width;
  }

  get state(): { readonly name: "adwin" } & AdwinState {
    return { name: this.name, samples: this.#samples, rows: this.#rows.map((row) => [...row]) };
  }

  note(isError: boolean): Rise | null {
    this.#samples++;
    this.#insert(isError ? 1 : 0);
    if (this.#samples % CHECK_EVERY !== 0 || this.#width <= TOO_SHORT_WINDOW) return null;
    const [width, errors] = [this.#width, this.#errors];
    while (this.#isTwoParts()) this.#dropOldest();
    if (this.#width === width) return null;
    const before = (errors - this.#errors) / (width - this.#width);
    const error = this.#errors / this.#width;
    // As in the adaptive Hoeffding tree (Bifet and Gavaldà 2009): who errs less needs no alarm.
    return error > before ? { before, error } : null;
  }

  #insert(error: number): void {
    this.#width++;
    this.#errors += error;
    let carried: number | null = error;
    for (let level = 0; carried !== null; level++) {
      const row = this.#row(level);
      row.push(carried);
      carried = row.length > MAX_BUCKETS ? row.splice(0, 2).reduce((a, b) => a + b) : null;
    }
  }

  #row(level: number): number[] {
    const row = this.#rows[level] ?? [];
    if (level === this.#rows.length) this.#rows.push(row);
    return row;
  }

  /** Whether the window differs before and after some border of its buckets. */
  #isTwoParts(): boolean {
    let [width, errors] = [0, 0];
    for (let level = this.#rows.length - 1; level >= 0; level--) {
      for (const bucket of this.#rows[level] ?? []) {
        width += 2 ** level;
        errors += bucket;
        const left = this.#width - width;
        if (width <= TOO_SHORT_PART || left <= TOO_SHORT_PART) continue;
        const difference = Math.abs(errors / width - (this.#errors - errors) / left);
        if (difference > bound(width, left, this.#errors)) return true;
      }
    }
    return false;
  }

  #dropOldest(): void {
    const level = this.#rows.length - 1;
    const row = this.#rows[level] ?? [];
    this.#width -= 2 ** level;
    this.#errors -= row.shift() ?? 0;
    if (row.length === 0) this.#rows.pop();
  }
}

/**
 * ε_cut of the paper (section 3.3, with the window's variance), with δ' = δ / ln n as there and 1/m the sum of the parts' reciprocal lengths.
 * @param errors in both parts
 */
function bound(older: number, younger: number, errors: number): number {
  const width = older + younger;
  const share = errors / width;
  const confidence = Math.log((2 * Math.log(width)) / DELTA);
  const perLength = 1 / (older - LENGTH_OFFSET) + 1 / (younger - LENGTH_OFFSET);
  return Math.sqrt(2 * perLength * share * (1 - share) * confidence) + (2 / 3) * confidence * perLength;
}

function contentOf(rows: AdwinState["rows"]) {
  let [width, errors] = [0, 0];
  rows.forEach((row, level) => {
    width += row.length * 2 ** level;
    for (const bucket of row) errors += bucket;
  });
  return { width, errors };
}
