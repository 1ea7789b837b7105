// The history of a brain's numbers, told at the step that is wanted: from what is stored at several resolutions, and from what is not stored
// yet. Invariant: each stored point counts for one point of the answer, so that no spike is lost at any step; nothing is made up between them.

import { setImmediate } from "node:timers/promises";
import { invalid } from "../errors.ts";
import { decodePoints } from "../metrics/blocks.ts";
import { Gathering, type Marker, type Point } from "../metrics/points.ts";
import type { Recorder } from "../metrics/recorder.ts";
import { FINEST_STEP_S } from "../metrics/tiers.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { MetricBlocks } from "../store/metric-blocks.ts";
import type { MetricSeries, MetricsAnswer, MetricsRequest } from "./api.ts";
import { type Grid, gridOf } from "./metric-grid.ts";

/** Names times points of an answer: some 20 MB of JSON. */
const MAX_CELLS = 500_000;
/** Of an answer; the newest. */
const MAX_MARKERS = 1000;

type Parts = { readonly metricBlocks: MetricBlocks; readonly recorder: Recorder };

/**
 * @param seq of the brain's present state
 * @throws EngramError `validation` for times, a step or names that ask for nothing or too much; `database-unavailable`
 */
export async function metricHistory(
  row: BrainRow,
  seq: number,
  request: MetricsRequest,
  { metricBlocks, recorder }: Parts,
  nowMs = Date.now(),
): Promise<MetricsAnswer> {
  const grid = gridOf(request, nowMs);
  const gathered = new Gathered(grid, request.names);
  // In this order: what is stored meanwhile is known by its id.
  const { points, blocks } = recorder.unwritten(row.uid);
  gathered.add(points, FINEST_STEP_S);
  const beyond = new Date(grid.toMs + 1);
  for await (const page of metricBlocks.read(row.uid, new Date(grid.fromMs), beyond, blocks)) {
    for (const { stepS, json } of page) {
      gathered.add(decodePoints(json), stepS);
      await setImmediate(); // a whole history takes the better part of a second: others are served meanwhile
    }
  }
  return { brain: row.id, seq, ...gathered.answer() };
}

/** @returns whether a name is asked for */
function wanted(names: readonly string[] | undefined): (name: string) => boolean {
  if (names === undefined) return () => true;
  const whole = new Set(names);
  const beginnings = names.filter(isWildcard).map((name) => name.slice(0, -1));
  return (name) => whole.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

const isWildcard = (name: string): boolean => name.endsWith(".*");

/** The points of an answer, as they grow. */
class Gathered {
  readonly #grid: Grid;
  readonly #isWanted: (name: string) => boolean;
  /** What is asked for by its whole name is told of whether it was measured or not. */
  readonly #asked: readonly string[];
  readonly #names: Set<string>;
  readonly #points = new Map<number, Gathering>();
  #markers: Marker[] = [];
  #resolutionS: number = FINEST_STEP_S;

  constructor(grid: Grid, names: readonly string[] | undefined) {
    this.#grid = grid;
    this.#isWanted = wanted(names);
    this.#asked = names?.filter((name) => !isWildcard(name)) ?? [];
    this.#names = new Set(this.#asked);
  }

  /** @throws EngramError `validation` */
  add(points: readonly Point[], stepS: number): void {
    const { fromMs, toMs, firstMs, stepMs } = this.#grid;
    for (const point of points) {
      if (point.startMs > toMs || point.startMs + 1000 * stepS <= fromMs) continue;
      this.#resolutionS = Math.max(this.#resolutionS, stepS);
      // A coarse point that began before the first one of the answer counts for that.
      const place = Math.max(0, Math.floor((point.startMs - firstMs) / stepMs));
      const gathering = this.#points.get(place) ?? new Gathering(firstMs + place * stepMs);
      this.#points.set(place, gathering);
      gathering.merge({ ...point, markers: [] }, this.#isWanted);
      for (const name of point.cells.keys()) if (this.#isWanted(name)) this.#names.add(name);
      this.#markers.push(...point.markers.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs));
    }
    if (this.#names.size * this.#grid.points > MAX_CELLS) {
      const detail = `match ${this.#names.size} or more, at ${this.#grid.points} points; at most ${MAX_CELLS} are told at once`;
      throw invalid("?names", detail);
    }
  }

  answer(): Omit<MetricsAnswer, "brain" | "seq"> {
    const { fromMs, toMs, stepMs, firstMs, points: count } = this.#grid;
    const points = Array.from({ length: count }, (_, place) => this.#points.get(place)?.point());
    const names = [...new Set([...this.#asked, ...[...this.#names].sort(BY_NAME)])];
    const times = points.map((_, place) => timeOf(firstMs + place * stepMs));
    const markers = this.#markers.sort((a, b) => a.timeMs - b.timeMs || a.seq - b.seq).slice(-MAX_MARKERS);
    return {
      from: timeOf(fromMs),
      to: timeOf(toMs),
      stepSeconds: stepMs / 1000,
      resolutionSeconds: this.#resolutionS,
      names,
      times,
      seqs: {
        first: points.map((point) => point?.firstSeq ?? null),
        last: points.map((point) => point?.lastSeq ?? null),
      },
      series: Object.fromEntries(names.map((name) => [name, seriesOf(name, points)])),
      markers: markers.map(({ timeMs, ...marker }) => ({ time: timeOf(timeMs), ...marker })),
    };
  }
}

/** `layers.2.dead` before `layers.10.dead`. */
const BY_NAME = new Intl.Collator("en", { numeric: true }).compare;

const timeOf = (ms: number): string => new Date(ms).toISOString();

function seriesOf(name: string, points: readonly (Point | undefined)[]): MetricSeries {
  const cells = points.map((point) => point?.cells.get(name));
  return {
    min: cells.map((cell) => cell?.min ?? null),
    max: cells.map((cell) => cell?.max ?? null),
    last: cells.map((cell) => cell?.last ?? null),
    mean: cells.map((cell) => cell?.mean ?? null),
  };
}
