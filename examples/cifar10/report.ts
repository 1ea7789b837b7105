// The experiment's figures as tables: for the terminal, and for docs/experiments.md.

import type { Run } from "./course-run.ts";
import { cleanOf, type Figures, type Sizes } from "./figures.ts";
import { SETS } from "./source.ts";
import { percent, spread, type Table } from "./tables.ts";

/** Figures of a learner, of one seed or several. */
export type Line = { readonly name: string; readonly figures: readonly Figures[]; readonly seconds: number | null };

/**
 * The seed's own code on the prepared features (4 layers, 4,096 neurons, 128 winners, memory 20,000, batches of 256), one run. Its figures after
 * the storm are of all ten classes together.
 */
const SEEDS: Partial<Figures> = {
  vehiclesFirst: 0.846,
  vehicles: 0.704,
  animals: 0.653,
  all: 0.673,
  stormBefore: 0.321,
  stormAfter: 0.678,
  allAfter: 0.628,
};
/** Of the seed's triarchic brain in the course `rounds`. */
const SEEDS_TRIARCHIC = 0.214;

const COLUMNS: readonly { readonly head: string; readonly of: readonly (keyof Figures)[] }[] = [
  { head: "vehicles, known alone", of: ["vehiclesFirst"] },
  { head: "then all (vehicles / animals)", of: ["all", "vehicles", "animals"] },
  { head: "storm before", of: ["stormBefore"] },
  { head: "storm after", of: ["stormAfter"] },
  { head: "clean after (vehicles / animals)", of: ["allAfter", "vehiclesAfter", "animalsAfter"] },
  { head: "half made good after", of: ["recovered"] },
];

/** @param isSeedShown whether the seed's figures are of the same rows */
export function mainTable(title: string, lines: readonly Line[], isSeedShown: boolean): Table {
  const rows = lines.map(({ name, figures, seconds }) => [
    name,
    ...cellsOf(figures),
    seconds === null ? "" : seconds.toFixed(0),
  ]);
  if (isSeedShown) rows.push(["the seed's PlasticBrain", ...cellsOf([SEEDS]), ""]);
  return { title, head: ["accuracy, %", ...COLUMNS.map(({ head }) => head), "seconds"], rows };
}

function cellsOf(figures: readonly Partial<Figures>[]): string[] {
  return COLUMNS.map(({ of: [first, ...others] }) => {
    const main = valuesOf(figures, first);
    if (first === "recovered")
      return figures.length > main.length ? "–" : spread(main, (samples) => samples.toFixed(0));
    const parts = others.map((name) => valuesOf(figures, name)).filter((values) => values.length > 0);
    if (main.length === 0) return "–";
    return `${spread(main)}${parts.length === 0 ? "" : ` (${parts.map((values) => percent(mean(values))).join(" / ")})`}`;
  });
}

const valuesOf = (figures: readonly Partial<Figures>[], name: keyof Figures | undefined): number[] =>
  figures.flatMap((own) => (name === undefined ? [] : (own[name] ?? [])));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far confidence is from how often it is right, where what the brain was taught last is not all that it is judged on, and at the end. */
export function calibrationTable(runs: readonly Run[]): Table {
  const rows = [...new Set(runs.map(({ variant }) => variant.name))].map((name) => {
    const own = runs.filter(({ variant }) => variant.name === name);
    return [
      name,
      ...[1, 2].flatMap((phase) =>
        SETS.map((set) => spread(own.map(({ calibration }) => calibration[phase]?.[set] ?? Number.NaN))),
      ),
    ];
  });
  const head = ["then", "after the storm"].flatMap((moment) => SETS.map((set) => `${moment}: ${set}`));
  return { title: "Calibration error (15 bins), %", head: ["", ...head], rows };
}

/** What one brain knew step by step, as the seed prints it. */
export function momentsTable({ variant, seed, moments }: Run, sizes: Sizes): Table {
  const rows = moments.map(({ step, phase, known, contextEnergy, coreEnergy }) => {
    const { vehicles, animals, storm } = known;
    const isStorm = phase === "storm";
    const task = isStorm ? storm : phase === "animals" ? animals : vehicles;
    const memory = isStorm ? cleanOf(known, sizes) : phase === "animals" ? vehicles : undefined;
    return [phase, String(step), cell(task), cell(memory), energy(contextEnergy), energy(coreEnergy)];
  });
  return {
    title: `${variant.name}, seed ${seed}, step by step`,
    head: ["phase", "step", "task accuracy", "memory accuracy", "context energy", "core energy"],
    rows,
  };
}

const cell = (share: number | undefined): string => (share === undefined ? "" : percent(share));
const energy = (value: number | null): string => (value === null ? "" : value.toExponential(2));

/** All ten classes at the end of the seed's order. */
export function roundsTable(runs: readonly Run[], sizes: Sizes, isSeedShown: boolean): Table {
  const rows = [...new Set(runs.map(({ variant }) => variant.name))].map((name) => {
    const own = runs.filter(({ variant }) => variant.name === name);
    return [
      name,
      spread(own.map(({ last }) => cleanOf(last, sizes))),
      spread(own.map(({ last }) => last.vehicles ?? 0)),
      spread(own.map(({ last }) => last.animals ?? 0)),
    ];
  });
  if (isSeedShown) rows.push(["the seed's TriarchicBrain", percent(SEEDS_TRIARCHIC), "–", "–"]);
  return {
    title: "Animals three times, then vehicles twice, 64 a step",
    head: ["accuracy at the end, %", "all", "vehicles", "animals"],
    rows,
  };
}
