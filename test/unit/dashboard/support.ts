// Answers of `GET …/metrics` for tests, made of the server's own points.

import type { MetricHistory } from "../../../src/dashboard/api/types.ts";
import type { Point } from "../../../src/metrics/points.ts";

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** @returns what the server tells of these points, from `fromMs` to `toMs`: as far as they go when left out */
export function historyOf(
  points: readonly Point[],
  stepMs: number,
  fromMs = points[0]?.startMs ?? 0,
  toMs = points.at(-1)?.startMs ?? fromMs,
): MetricHistory {
  const starts = Array.from(
    { length: Math.floor((toMs - fromMs) / stepMs) + 1 },
    (_, place) => fromMs + place * stepMs,
  );
  const byStart = new Map(points.map((point) => [point.startMs, point]));
  const names = [...new Set(points.flatMap(({ cells }) => [...cells.keys()]))];
  const column = (name: string, field: "min" | "max" | "last" | "mean") =>
    starts.map((start) => byStart.get(start)?.cells.get(name)?.[field] ?? null);
  return {
    brain: "pets",
    seq: Math.max(0, ...points.map(({ lastSeq }) => lastSeq)),
    from: timeOf(fromMs),
    to: timeOf(toMs),
    stepSeconds: stepMs / 1000,
    resolutionSeconds: 1,
    names,
    times: starts.map(timeOf),
    seqs: {
      first: starts.map((start) => byStart.get(start)?.firstSeq ?? null),
      last: starts.map((start) => byStart.get(start)?.lastSeq ?? null),
    },
    series: Object.fromEntries(
      names.map((name) => [
        name,
        { min: column(name, "min"), max: column(name, "max"), last: column(name, "last"), mean: column(name, "mean") },
      ]),
    ),
    markers: points.flatMap(({ markers }) =>
      markers.map(({ timeMs, ...marker }) => ({ time: timeOf(timeMs), ...marker })),
    ),
  };
}
