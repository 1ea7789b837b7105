// A stream of labelled samples that a new brain is taught, phase by phase, and what it knows at the end: by a curriculum, over HTTP.

import type { Selection } from "../../src/curricula/api.ts";
import type { Client } from "../cifar10/client.ts";
import type { Lessons, PlanRequest } from "../cifar10/plan.ts";
import type { Draw } from "../cifar10/source.ts";

/** Classes that streams are made of. What is judged is never taught. */
export type Pool = {
  /** Begins the ids of brains. */
  readonly name: string;
  readonly classes: readonly string[];
  /** What of a brain's configuration follows from the samples. */
  readonly config: object;
  readonly taught: Selection;
  readonly judged: Selection;
  /** How many samples of each class are judged. */
  readonly judgedOf: ReadonlyMap<string, number>;
  /** Whether each class is judged by itself as well, which takes as long again. */
  readonly isJudgedByClass: boolean;
  readonly draw: Draw;
};

export type Stream = {
  readonly name: string;
  /** All of one group of classes comes, shuffled, before any of the next. */
  readonly groups: readonly (readonly string[])[];
  /** Of the order of the samples. */
  readonly seed: number;
  readonly brainSeed: number;
};

/** A brain to be compared with others. */
export type Learner = { readonly name: string; readonly config: object; readonly lessons: Lessons };

export type Outcome = {
  readonly learner: string;
  readonly stream: Stream;
  /** Share of the judged samples that the brain knew at the end. */
  readonly accuracy: number;
  /** How far its confidence was from that (expected calibration error). */
  readonly calibration: number;
  /** The same of each class; empty where classes were not judged by themselves. */
  readonly ofClass: { readonly [label: string]: number };
  readonly seconds: number;
};

const ALL = "all";
const nameOf = (label: string): string => `class ${label}`;

/** A phase for each group; the brain is judged at the last one, on all classes and, where that is wanted, on each. */
export function planOf(
  { classes, taught, judged, isJudgedByClass }: Pool,
  { name, groups, seed }: Stream,
  lessons: Lessons,
): PlanRequest {
  const alone = isJudgedByClass ? classes : [];
  const evaluations = [
    { name: ALL, ...judged, classes },
    ...alone.map((label) => ({ name: nameOf(label), ...judged, classes: [label] })),
  ];
  const phases = groups.map((group, at) => {
    const evaluate = at === groups.length - 1 ? evaluations.map((set) => set.name) : [];
    return { name: `${at + 1} of ${groups.length}`, ...taught, classes: group, seed, ...lessons, evaluate };
  });
  return { name, phases, evaluations };
}

export type RunOptions = { readonly signal: AbortSignal; readonly heed: (progress: string) => void };

/** @param brain the id for a new brain, which is deleted at the end */
export async function runStream(
  client: Client,
  { pool, learner, stream, brain }: { pool: Pool; learner: Learner; stream: Stream; brain: string },
  { signal, heed }: RunOptions,
): Promise<Outcome> {
  const config = { ...pool.config, ...learner.config, seed: stream.brainSeed };
  await client.create({ id: brain, kind: "plastic", config });
  const began = performance.now();
  const told = await client.run(
    brain,
    planOf(pool, stream, learner.lessons),
    ({ progress }) => heed(`${progress.done} of ${progress.total}`),
    signal,
  );
  const seconds = (performance.now() - began) / 1000;
  await client.remove(brain);
  const summary = told.phases.at(-1)?.summary ?? {};
  const shareOf = (name: string): number => summary[`evaluation.${name}`]?.final ?? 0;
  return {
    learner: learner.name,
    stream,
    accuracy: shareOf(ALL),
    calibration: summary[`calibration.${ALL}`]?.final ?? 0,
    ofClass: Object.fromEntries(
      (pool.isJudgedByClass ? pool.classes : []).map((label) => [label, shareOf(nameOf(label))]),
    ),
    seconds,
  };
}
