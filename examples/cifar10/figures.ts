// From what a curriculum measured to the figures of the experiment. Accuracies are shares of samples that were never taught.

import type { CurriculumInfo, PhaseReport } from "../../src/curricula/api.ts";
import { SETS, type SetName, type Source } from "./source.ts";

/** What a learner knows of the sets at a moment. */
export type Known = { readonly [name in SetName]?: number };

/** Of the course `storm`. */
export type Figures = {
  /** Vehicles, when nothing else has been taught. */
  readonly vehiclesFirst: number;
  /** When the animals have been taught as well: vehicles, animals, all ten classes, and inverted vehicles. */
  readonly vehicles: number;
  readonly animals: number;
  readonly all: number;
  readonly stormBefore: number;
  /** When the storm is over. */
  readonly stormAfter: number;
  readonly vehiclesAfter: number;
  readonly animalsAfter: number;
  readonly allAfter: number;
  /** Samples of the storm until half of what it took was made good; null where that did not come. */
  readonly recovered: number | null;
};

/** How many judged samples each set has. */
export type Sizes = { readonly [name in SetName]: number };

/** @param known after each phase, and before the storm */
export function figuresOf(
  known: { readonly first: Known; readonly second: Known; readonly third: Known },
  recovered: number | null,
  sizes: Sizes,
): Figures {
  const { first, second, third } = known;
  return {
    vehiclesFirst: first.vehicles ?? 0,
    vehicles: second.vehicles ?? 0,
    animals: second.animals ?? 0,
    all: cleanOf(second, sizes),
    stormBefore: second.storm ?? 0,
    stormAfter: third.storm ?? 0,
    vehiclesAfter: third.vehicles ?? 0,
    animalsAfter: third.animals ?? 0,
    allAfter: cleanOf(third, sizes),
    recovered,
  };
}

/** Of vehicles and animals together. */
export function cleanOf({ vehicles = 0, animals = 0 }: Known, sizes: Sizes): number {
  return (vehicles * sizes.vehicles + animals * sizes.animals) / (sizes.vehicles + sizes.animals);
}

/** What a brain knew at the end of a phase. */
export const knownAfter = (phase: PhaseReport): Known => finals("evaluation", phase);

/** How far its confidence was from that, set by set. */
export const calibrationAfter = (phase: PhaseReport): Known => finals("calibration", phase);

function finals(number: "evaluation" | "calibration", { summary }: PhaseReport): Known {
  return Object.fromEntries(
    SETS.flatMap((name) => {
      const value = summary[`${number}.${name}`]?.final;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Samples over which the share that was known is taken. */
const WINDOW = 256;

/**
 * Each sample of the storm is new when it is taught, so what was known of it tells how far the recovery is. Half of the loss is made good when
 * the mean of the last 256 is half-way between inverted vehicles and vehicles as they were known before the storm.
 * @param accuracies shares of each step's samples that were known before they were learned
 * @param perStep samples of a step
 */
export function recovery(accuracies: readonly number[], perStep: number, before: Known): number | null {
  const wanted = ((before.vehicles ?? 0) + (before.storm ?? 0)) / 2;
  const steps = Math.max(1, Math.round(WINDOW / perStep));
  for (let step = steps; step <= accuracies.length; step++) {
    const known = accuracies.slice(step - steps, step).reduce((sum, share) => sum + share, 0);
    if (known >= wanted * steps) return step * perStep;
  }
  return null;
}

/** @param phases of a curriculum that ran the course `storm` @param perStep samples of a step */
export function figuresOfRun(
  { phases }: Pick<CurriculumInfo, "phases">,
  stormAccuracies: readonly number[],
  perStep: number,
  sizes: Sizes,
): Figures {
  const [first, second, third] = phases.map(knownAfter);
  const known = { first: first ?? {}, second: second ?? {}, third: third ?? {} };
  return figuresOf(known, recovery(stormAccuracies, perStep, known.second), sizes);
}

/** Samples that are judged, set by set. @param counts of each class in each dataset, by the dataset's id */
export function sizesOf({ judged }: Source, counts: ReadonlyMap<string, ReadonlyMap<string, number>>): Sizes {
  const of = (name: SetName): number => {
    const { dataset, classes = [], samplesPerClass = Number.POSITIVE_INFINITY } = judged[name];
    const inDataset = counts.get(dataset);
    return classes.reduce((sum, label) => sum + Math.min(samplesPerClass, inDataset?.get(label) ?? 0), 0);
  };
  return { vehicles: of("vehicles"), animals: of("animals"), storm: of("storm") };
}
