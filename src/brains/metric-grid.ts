// At which times the points of a history lie: multiples of a step, so that the same points come out whenever somebody looks.

import { invalid } from "../errors.ts";
import { stepAtAgeS } from "../metrics/tiers.ts";
import type { MetricsRequest } from "./api.ts";

export type Grid = {
  readonly fromMs: number;
  readonly toMs: number;
  /** When the first point begins, at `fromMs` or before. */
  readonly firstMs: number;
  readonly stepMs: number;
  readonly points: number;
};

const HOUR_MS = 3_600_000;
/** As many as a chart has room for. */
const DEFAULT_POINTS = 300;
const MAX_POINTS = 10_000;
/** Steps that are told by themselves: people count in them. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const DAY_S = 86_400;

/** @throws EngramError `validation` */
export function gridOf({ from, to, stepS }: Omit<MetricsRequest, "names">, nowMs: number): Grid {
  const toMs = to?.getTime() ?? nowMs;
  const fromMs = from?.getTime() ?? toMs - HOUR_MS;
  if (fromMs >= toMs) throw invalid("?from", "must be before `to`");
  const grid = gridAt(fromMs, toMs, stepS ?? stepFor(fromMs, toMs, nowMs));
  if (grid.points > MAX_POINTS) {
    throw invalid(
      "?step",
      `makes ${grid.points} points of the time from \`from\` to \`to\`; at most ${MAX_POINTS} are told at once`,
    );
  }
  return grid;
}

function gridAt(fromMs: number, toMs: number, stepS: number): Grid {
  const stepMs = 1000 * stepS;
  const firstMs = Math.floor(fromMs / stepMs) * stepMs;
  return { fromMs, toMs, firstMs, stepMs, points: Math.floor((toMs - firstMs) / stepMs) + 1 };
}

/** @returns the finest step that gives few points, and is not finer than what is kept of that time */
function stepFor(fromMs: number, toMs: number, nowMs: number): number {
  const least = stepAtAgeS((nowMs - fromMs) / 1000);
  const step = STEPS_S.find((stepS) => stepS >= least && gridAt(fromMs, toMs, stepS).points <= DEFAULT_POINTS);
  return step ?? DAY_S * Math.ceil((toMs - fromMs) / (1000 * DAY_S * (DEFAULT_POINTS - 2)));
}
