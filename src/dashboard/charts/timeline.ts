// The numbers that charts show, in points of one step, as the server's history has them: min, max, last and mean. Pure.
// Invariants: points begin at multiples of the step and have no gaps; what was not measured is null; there are never more than `maxPoints`.

import type { MetricHistory } from "../api/types.ts";

export type Values = readonly (number | null)[];

/** One number, by point. */
export type Column = { readonly [Field in "min" | "max" | "last" | "mean"]: Values };

export type Numbers = { readonly [name: string]: number | null };

/** What is asked of an answer of `GET …/metrics`. */
export type Reading = Pick<MetricHistory, "times" | "series" | "seqs">;

type Growing = { readonly [Field in keyof Column]: (number | null)[] } & {
  /** How often it was measured. The history does not tell it: there it is the number of states, which is as many or more. */
  readonly count: number[];
};

/** More names than the server keeps of one point. */
const MAX_NAMES = 1024;

export class Timeline {
  readonly stepMs: number;
  readonly maxPoints: number;
  readonly #columns = new Map<string, Growing>();
  #firstMs = 0;
  #length = 0;

  constructor(stepMs: number, maxPoints: number) {
    this.stepMs = stepMs;
    this.maxPoints = maxPoints;
  }

  get length(): number {
    return this.#length;
  }

  /** When the first point begins; means nothing where there is none. */
  get firstMs(): number {
    return this.#firstMs;
  }

  /** Where the points begin, in seconds since 1970. */
  times(): number[] {
    return Array.from({ length: this.#length }, (_, place) => (this.#firstMs + place * this.stepMs) / 1000);
  }

  /** @returns a number's points; null when it was not measured in any. Changes with the next call that adds something. */
  column(name: string): Column | null {
    return this.#columns.get(name) ?? null;
  }

  /** @returns the means of those of these numbers that there are */
  means(numbers: readonly { readonly name: string }[]): readonly Values[] {
    return numbers.map(({ name }) => this.#columns.get(name)?.mean).filter((values) => values !== undefined);
  }

  /** What was measured last of each number. */
  latest(): Numbers {
    const told = [...this.#columns].map(([name, { last }]) => [name, last.findLast((value) => value !== null) ?? null]);
    return Object.fromEntries(told);
  }

  /** Of what was measured in any point. */
  names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** Adds what was measured at one moment. What is older than the first point is left out. */
  fold(timeMs: number, numbers: Numbers): void {
    const place = this.#placeOf(timeMs);
    if (place === null) return;
    for (const name in numbers) {
      const measured = numbers[name];
      if (typeof measured !== "number" || !Number.isFinite(measured)) continue;
      const column = this.#columnOf(name);
      if (column !== null) add(column, place, measured + 0); // -0 is 0, as in JSON
    }
  }

  /** Puts what the history says in the place of all from its first point on. */
  take({ times, series, seqs }: Reading): void {
    const first = times[0];
    if (first === undefined) return;
    const firstMs = Date.parse(first);
    this.#cutFrom(Math.round((firstMs - this.#firstMs) / this.stepMs));
    this.#placeOf(firstMs);
    const end = this.#placeOf(firstMs + (times.length - 1) * this.stepMs);
    if (end === null) return;
    const start = end - times.length + 1;
    for (const [name, told] of Object.entries(series)) {
      if (!told.mean.some((value) => value !== null)) continue;
      const column = this.#columnOf(name);
      if (column === null) continue;
      for (let place = Math.max(0, start); place <= end; place++) {
        const point = place - start;
        const mean = told.mean[point] ?? null;
        column.min[place] = told.min[point] ?? null;
        column.max[place] = told.max[point] ?? null;
        column.last[place] = told.last[point] ?? null;
        column.mean[place] = mean;
        column.count[place] = mean === null ? 0 : statesOf(seqs, point);
      }
    }
  }

  /** Lets points go that were over at `timeMs`, and names of which none is left. */
  dropBefore(timeMs: number): void {
    const over = Math.min(this.#length, Math.floor((timeMs - this.#firstMs) / this.stepMs));
    if (over <= 0) return;
    this.#dropFirst(over);
    for (const [name, { mean }] of this.#columns) {
      if (!mean.some((value) => value !== null)) this.#columns.delete(name);
    }
  }

  /** @returns the place of the point of this moment, which is there then; null for what is older than all */
  #placeOf(timeMs: number): number | null {
    const startMs = Math.floor(timeMs / this.stepMs) * this.stepMs;
    if (this.#length === 0) this.#firstMs = startMs;
    const place = Math.round((startMs - this.#firstMs) / this.stepMs);
    if (place < 0) return null;
    const excess = place + 1 - this.maxPoints;
    if (excess >= this.#length) {
      this.#cutFrom(0);
      this.#firstMs = startMs - (Math.min(place + 1, this.maxPoints) - 1) * this.stepMs;
    } else if (excess > 0) this.#dropFirst(excess);
    this.#extend(Math.round((startMs - this.#firstMs) / this.stepMs) + 1);
    return Math.round((startMs - this.#firstMs) / this.stepMs);
  }

  #columnOf(name: string): Growing | null {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    if (this.#columns.size >= MAX_NAMES) return null;
    const nothing = (): (number | null)[] => Array.from({ length: this.#length }, () => null);
    const count = Array.from({ length: this.#length }, () => 0);
    const column = { min: nothing(), max: nothing(), last: nothing(), mean: nothing(), count };
    this.#columns.set(name, column);
    return column;
  }

  #extend(length: number): void {
    for (; this.#length < length; this.#length++) {
      for (const { min, max, last, mean, count } of this.#columns.values()) {
        for (const values of [min, max, last, mean]) values.push(null);
        count.push(0);
      }
    }
  }

  #dropFirst(places: number): void {
    for (const { min, max, last, mean, count } of this.#columns.values()) {
      for (const values of [min, max, last, mean, count]) values.splice(0, places);
    }
    this.#length -= places;
    this.#firstMs += places * this.stepMs;
  }

  #cutFrom(place: number): void {
    const length = Math.max(0, Math.min(this.#length, place));
    for (const { min, max, last, mean, count } of this.#columns.values()) {
      for (const values of [min, max, last, mean, count]) values.length = length;
    }
    this.#length = length;
  }
}

/** As the server puts what it measures into a point. */
function add({ min, max, last, mean, count }: Growing, place: number, value: number): void {
  const least = Math.min(min[place] ?? value, value);
  const greatest = Math.max(max[place] ?? value, value);
  const times = (count[place] ?? 0) + 1;
  const before = mean[place] ?? value;
  const moved = before + (value - before) * (1 / times);
  min[place] = least;
  max[place] = greatest;
  last[place] = value;
  mean[place] = Math.min(greatest, Math.max(least, moved)); // rounding must not put it beside equal numbers
  count[place] = times;
}

function statesOf({ first, last }: Reading["seqs"], point: number): number {
  const [from, to] = [first[point] ?? null, last[point] ?? null];
  return from === null || to === null ? 1 : to - from + 1;
}
