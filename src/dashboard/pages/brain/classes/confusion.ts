// What was taken for what: shares of a class's samples, and which mistakes are made most.

import type { Measures } from "../../../api/types.ts";

export type Confusion = NonNullable<Measures["confusion"]>;

export type Pair = {
  readonly truth: string;
  /** null: it got no label. */
  readonly taken: string | null;
  readonly count: number;
  /** Of the samples of `truth`. */
  readonly share: number;
};

/** @returns the same with its classes as people count them, `class 2` before `class 10` */
export function inLabelOrder({ labels, counts, unanswered }: Confusion): Confusion {
  const order = labels
    .map((label, index) => ({ label, index }))
    .sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
  return {
    labels: order.map(({ label }) => label),
    counts: order.map((row) => order.map((column) => counts[row.index]?.[column.index] ?? 0)),
    unanswered: order.map(({ index }) => unanswered[index] ?? 0),
  };
}

/** @returns samples of each class, in the order of `labels` */
export const supports = ({ counts, unanswered }: Confusion): readonly number[] =>
  counts.map((row, index) => row.reduce((sum, count) => sum + count, unanswered[index] ?? 0));

/** @returns the `most` most frequent mistakes; of equally frequent ones first those that are a larger share of their class */
export function mostConfused(confusion: Confusion, most: number): readonly Pair[] {
  const totals = supports(confusion);
  const { labels, counts, unanswered } = confusion;
  const pairs = labels.flatMap((truth, i): Pair[] => {
    const row = counts[i] ?? [];
    const total = totals[i] ?? 0;
    const mistakes = labels.flatMap((taken, j): Pair[] => {
      const count = row[j] ?? 0;
      return i === j || count === 0 ? [] : [{ truth, taken, count, share: count / total }];
    });
    const silent = unanswered[i] ?? 0;
    return silent === 0 ? mistakes : [...mistakes, { truth, taken: null, count: silent, share: silent / total }];
  });
  return pairs.sort((a, b) => b.count - a.count || b.share - a.share).slice(0, most);
}

/** Steps of the ramp from nothing to everything. */
const LEVELS = 5;

/** @returns which step of the ramp a share has: 0 only for nothing, so that a single mistake among thousands is seen */
export const levelOf = (share: number): number => Math.min(LEVELS, Math.ceil(share * LEVELS));
