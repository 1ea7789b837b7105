// Numbers of a phase in four: first, last, mean, and what was gained. They are kept so that a number is added without the ones before it.

import type { Summary } from "./api.ts";
import { inOrder } from "./number-order.ts";

export type Tally = { readonly first: number; readonly last: number; readonly sum: number; readonly count: number };
export type Tallies = { readonly [name: string]: Tally };

/** @returns `tallies` with one more measurement of each of `numbers` */
export function tallied(tallies: Tallies, numbers: { readonly [name: string]: number }): Tallies {
  const added = Object.entries(numbers).map(([name, value]) => [name, withOne(tallies[name], value)] as const);
  return { ...tallies, ...Object.fromEntries(added) };
}

const withOne = (tally: Tally | undefined, value: number): Tally =>
  tally === undefined
    ? { first: value, last: value, sum: value, count: 1 }
    : { ...tally, last: value, sum: tally.sum + value, count: tally.count + 1 };

export const summariesOf = (tallies: Tallies): { readonly [name: string]: Summary } =>
  Object.fromEntries(
    inOrder(Object.keys(tallies)).flatMap((name) => {
      const tally = tallies[name];
      return tally === undefined ? [] : [[name, summaryOf(tally)] as const];
    }),
  );

const summaryOf = ({ first, last, sum, count }: Tally): Summary => ({
  initial: first,
  final: last,
  mean: sum / count,
  improvement: last - first,
});
