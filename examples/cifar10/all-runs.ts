// Several brains, and several seeds of each, through their courses; and the floors through the storm.

import { say, show } from "../console.ts";
import type { Client } from "./client.ts";
import { type Run, runCourse } from "./course-run.ts";
import type { Sizes } from "./figures.ts";
import { runFloor } from "./floor-run.ts";
import { FLOORS } from "./floors.ts";
import type { Line } from "./report.ts";
import type { Source } from "./source.ts";
import { percent } from "./tables.ts";
import type { Variant } from "./variants.ts";

/** Steps between two looks, where they are printed step by step. */
const EVALUATE_EVERY = 50;

export type RunsOptions = {
  readonly seeds: readonly number[];
  /** Whether the brains stay on the server, to be looked at. */
  readonly isKept: boolean;
  /** Whether those of the first seed are judged within the phases, too. */
  readonly isWatched: boolean;
  readonly sizes: Sizes;
  readonly signal: AbortSignal;
};

export async function runAll(
  client: Client,
  source: Source,
  variants: readonly Variant[],
  { seeds, isKept, isWatched, sizes, signal }: RunsOptions,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const variant of variants) {
    for (const seed of seeds) {
      const brain = `cifar10-${variant.kind}-${Date.now().toString(36)}`;
      const evaluateEvery = isWatched && seed === seeds[0] ? EVALUATE_EVERY : null;
      const heed = (progress: string) => show(`${variant.name}, seed ${seed}: ${progress}`);
      const run = await runCourse(client, source, { variant, seed, brain }, { evaluateEvery, sizes, signal, heed });
      show("");
      say(`${variant.name}, seed ${seed}: ${outlined(run)}${isKept ? `; brain ${brain}` : ""}`);
      runs.push(run);
      if (!isKept) await client.remove(brain);
    }
  }
  return runs;
}

/** In a line, for whoever waits. */
function outlined({ figures, last, seconds }: Run): string {
  const shares = figures ?? last;
  const told = Object.entries(shares).filter(([name]) => name !== "recovered");
  return `${seconds.toFixed(1)} s; ${told.map(([name, share]) => `${name} ${percent(share ?? 0)}`).join(", ")}`;
}

/** A line for each variant, with the figures of all its seeds. */
export function linesOf(runs: readonly Run[]): Line[] {
  return [...new Set(runs.map(({ variant }) => variant))].map((variant) => {
    const own = runs.filter((run) => run.variant === variant);
    return {
      name: variant.name,
      figures: own.flatMap(({ figures }) => figures ?? []),
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length,
    };
  });
}

/** None where the script has no features to compute on. */
export async function floorLines({ rows }: Source, sizes: Sizes): Promise<Line[]> {
  if (rows === null) return [];
  const lines: Line[] = [];
  for (const name of FLOORS) {
    show(name);
    lines.push({ name, figures: [await runFloor(name, rows.taught, rows.judged, sizes)], seconds: null });
  }
  show("");
  return lines;
}
