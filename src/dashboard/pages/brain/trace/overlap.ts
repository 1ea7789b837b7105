// What two inputs have in common in one part of a brain: the neurons that fire for both. Pure.

/** Who fired, ascending, and how strongly. */
export type Firing = { readonly winners: readonly number[]; readonly activations: readonly number[] };

export type Overlap = {
  /** Fire for both. */
  readonly shared: readonly number[];
  /** Fire for the first alone. */
  readonly lost: readonly number[];
  /** Fire for the second alone. */
  readonly gained: readonly number[];
  /** Shared ones among all that fire: 1 when they are the same; null where none fires. */
  readonly jaccard: number | null;
  /** Cosine of the activations; null where one of them is nothing. */
  readonly similarity: number | null;
};

export function overlapOf(first: Firing, second: Firing): Overlap {
  const [ofFirst, ofSecond] = [activationsOf(first), activationsOf(second)];
  const shared = first.winners.filter((winner) => ofSecond.has(winner));
  const lost = first.winners.filter((winner) => !ofSecond.has(winner));
  const gained = second.winners.filter((winner) => !ofFirst.has(winner));
  const all = shared.length + lost.length + gained.length;
  const product = shared.reduce((sum, winner) => sum + (ofFirst.get(winner) ?? 0) * (ofSecond.get(winner) ?? 0), 0);
  const lengths = lengthOf(first.activations) * lengthOf(second.activations);
  return {
    shared,
    lost,
    gained,
    jaccard: all === 0 ? null : shared.length / all,
    similarity: lengths === 0 ? null : product / lengths,
  };
}

/** @returns how strongly each neuron that fired did */
export const activationsOf = ({ winners, activations }: Firing): ReadonlyMap<number, number> =>
  new Map(winners.map((winner, index) => [winner, activations[index] ?? 0]));

const lengthOf = (values: readonly number[]): number => Math.hypot(...values);
