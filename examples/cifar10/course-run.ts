// One brain through its course, over HTTP.

import type { Client } from "./client.ts";
import { calibrationAfter, type Figures, figuresOfRun, type Known, knownAfter, type Sizes } from "./figures.ts";
import { planOf } from "./plan.ts";
import { SETS, type Source } from "./source.ts";
import type { Variant } from "./variants.ts";

/** What was measured at a step, for the seed's table; null where it was not. */
export type Moment = {
  /** Steps of the whole course. */
  readonly step: number;
  readonly phase: string;
  readonly known: Known;
  readonly contextEnergy: number | null;
  readonly coreEnergy: number | null;
};

export type Run = {
  readonly variant: Variant;
  readonly seed: number;
  readonly seconds: number;
  /** Of the course `storm`. */
  readonly figures: Figures | null;
  /** What the brain knew at the end. */
  readonly last: Known;
  /** After each phase, how far the brain's confidence was from how much it knew (expected calibration error). */
  readonly calibration: readonly Known[];
  /** The moments at which the brain was judged. */
  readonly moments: readonly Moment[];
};

export type RunOptions = {
  readonly evaluateEvery: number | null;
  readonly sizes: Sizes;
  readonly signal: AbortSignal;
  readonly heed: (progress: string) => void;
};

/** @param brain the id for a new brain */
export async function runCourse(
  client: Client,
  source: Source,
  { variant, seed, brain }: { readonly variant: Variant; readonly seed: number; readonly brain: string },
  { evaluateEvery, sizes, signal, heed }: RunOptions,
): Promise<Run> {
  const { kind, config, course, lessons, storm } = variant;
  await client.create({ id: brain, kind, config: { ...source.config, ...config, seed } });
  const plan = planOf(source, { course, seed, lessons, storm, evaluateEvery });
  const began = performance.now();
  const told = await client.run(
    brain,
    plan,
    ({ progress }) => heed(`${progress.phaseName ?? ""} ${progress.done} of ${progress.total}`),
    signal,
  );
  const seconds = (performance.now() - began) / 1000;
  const { phase, ...numbers } = await client.history(brain, told.id);
  const stormAccuracies = phase.flatMap((of, step) => (of === 2 ? [numbers.accuracy?.[step] ?? 0] : []));
  const [{ batchSize } = { batchSize: 1 }] = told.plan.phases;
  const moments = phase.flatMap((of, step): Moment[] => {
    const known = Object.fromEntries(
      SETS.flatMap((name) => {
        const value = numbers[`evaluation.${name}`]?.[step] ?? null;
        return value === null ? [] : [[name, value]];
      }),
    );
    if (Object.keys(known).length === 0) return [];
    return [
      {
        step: step + 1,
        phase: told.phases[of]?.name ?? "",
        known,
        contextEnergy: numbers.contextEnergy?.[step] ?? null,
        coreEnergy: numbers.coreEnergy?.[step] ?? null,
      },
    ];
  });
  const lastPhase = told.phases.at(-1);
  return {
    variant,
    seed,
    seconds,
    figures: course === "storm" ? figuresOfRun(told, stormAccuracies, batchSize, sizes) : null,
    last: lastPhase === undefined ? {} : knownAfter(lastPhase),
    calibration: told.phases.map(calibrationAfter),
    moments,
  };
}
