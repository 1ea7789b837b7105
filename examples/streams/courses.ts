// Streams that tell what order does to a brain, and how many samples it needs.

import { generatorOf, shuffled } from "../random.ts";
import type { Learner, Outcome, Pool, Stream } from "./stream.ts";

/** Has a new brain taught a stream. */
export type Teach = (pool: Pool, learner: Learner, stream: Stream) => Promise<Outcome>;

/** The same samples in other orders: `ordered` group by group, `mixed` all in one shuffle. */
export type Compared = { readonly ordered: readonly Outcome[]; readonly mixed: readonly Outcome[] };

/**
 * Class by class in several orders of the classes, the first of which is the pool's own, and as often shuffled.
 * @param count orders, and shuffles
 */
export async function teachOrders(
  teach: Teach,
  pool: Pool,
  learners: readonly Learner[],
  { count, brainSeed }: { readonly count: number; readonly brainSeed: number },
): Promise<Compared> {
  const turns = Array.from({ length: count }, (_, turn) => turn);
  const ordered = turns.map((turn): Stream => {
    const classes = turn === 0 ? pool.classes : shuffled(pool.classes, generatorOf(turn));
    return {
      name: `class by class, order ${turn + 1}`,
      groups: classes.map((label) => [label]),
      seed: turn,
      brainSeed,
    };
  });
  const mixed = turns.map((turn): Stream => mixture(pool, `shuffled, order ${turn + 1}`, turn, brainSeed));
  return teachBoth(teach, pool, learners, { ordered, mixed });
}

/** One group of classes after the other, and all at once. @param seeds of brains and shuffles */
export function teachGroups(
  teach: Teach,
  pool: Pool,
  learners: readonly Learner[],
  { groups, seeds }: { readonly groups: Stream["groups"]; readonly seeds: readonly number[] },
): Promise<Compared> {
  const ordered = seeds.map((seed): Stream => ({ name: `in turn, seed ${seed}`, groups, seed, brainSeed: seed }));
  const mixed = seeds.map((seed) => mixture(pool, `at once, seed ${seed}`, seed, seed));
  return teachBoth(teach, pool, learners, { ordered, mixed });
}

const mixture = ({ classes }: Pool, name: string, seed: number, brainSeed: number): Stream => ({
  name,
  groups: [classes],
  seed,
  brainSeed,
});

async function teachBoth(
  teach: Teach,
  pool: Pool,
  learners: readonly Learner[],
  streams: { readonly ordered: readonly Stream[]; readonly mixed: readonly Stream[] },
): Promise<Compared> {
  const ordered: Outcome[] = [];
  const mixed: Outcome[] = [];
  for (const learner of learners) {
    for (const stream of streams.ordered) ordered.push(await teach(pool, learner, stream));
    for (const stream of streams.mixed) mixed.push(await teach(pool, learner, stream));
  }
  return { ordered, mixed };
}

/** What came of so many samples a class, draw by draw. */
export type Few = { readonly perClass: number; readonly outcomes: readonly Outcome[] };

/** @param upload brings a dataset to the server @param draws how many sets of samples are drawn of each size */
export async function teachFew(
  teach: Teach,
  pool: Pool,
  learners: readonly Learner[],
  {
    sizes,
    draws,
    brainSeed,
  }: { readonly sizes: readonly number[]; readonly draws: number; readonly brainSeed: number },
  upload: (file: ReturnType<Pool["draw"]>) => Promise<unknown>,
): Promise<Few[]> {
  const few: Few[] = [];
  for (const perClass of sizes) {
    const outcomes: Outcome[] = [];
    for (let draw = 1; draw <= draws; draw++) {
      const file = pool.draw(perClass, draw);
      await upload(file);
      const drawn = { ...pool, taught: { dataset: file.id }, isJudgedByClass: false };
      const stream = mixture(pool, `${perClass} a class, draw ${draw}`, draw, brainSeed);
      for (const learner of learners) outcomes.push(await teach(drawn, learner, stream));
    }
    few.push({ perClass, outcomes });
  }
  return few;
}
