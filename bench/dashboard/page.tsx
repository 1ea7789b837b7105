/** @jsxImportSource preact */
// What bench/dashboard.ts runs in a browser: the charts of a brain, over points made up here, redrawn as new ones come.

import "../../src/dashboard/styles/index.css";
import "../../src/dashboard/pages/brain/charts/charts-tab.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { TIME_AXIS } from "../../src/dashboard/charts/axes.ts";
import { Chart } from "../../src/dashboard/charts/chart.tsx";
import type { ChartSource, ChartSpec, Cursor } from "../../src/dashboard/charts/source.ts";
import { Timeline } from "../../src/dashboard/charts/timeline.ts";
import { type Catalogue, catalogueOf } from "../../src/dashboard/pages/brain/charts/catalogue.ts";

const STEP_MS = 1000;
const LAYERS = 4;
const TASKS = 5;
const HALF_LIFE = 8;
/** So that points are bands: how often a number is measured in each. */
const MEASURED_PER_POINT = 3;
const START_MS = Date.parse("2026-03-01T09:00:00Z");

const NAMES = [
  ...["accuracyBatch", "accuracyWindow", "accuracyFaded", "holdoutAccuracy", "forgetting", "backwardTransfer"],
  ...["memoryFill", "novelty", "driftError", "learnMs", "predictMs", "waiting"],
  ...Array.from({ length: TASKS }, (_, task) => `tasks.${task}.accuracy`),
  ...Array.from({ length: LAYERS }, (_, layer) =>
    ["mature", "active", "dead"].map((what) => `layers.${layer}.${what}`),
  ).flat(),
];

/** The same numbers each time, without the help of a library. */
let state = 1;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

/** Numbers wander; what is measured of single calls is as noisy as can be. */
const wandering = new Map<string, number>();
const NOISY: ReadonlySet<string> = new Set(["accuracyBatch", "learnMs", "predictMs"]);

function numberOf(name: string): number {
  if (NOISY.has(name)) return random();
  const moved = (wandering.get(name) ?? 0.5) + 0.02 * (random() - 0.5);
  wandering.set(name, Math.min(1, Math.max(0, moved)));
  return moved;
}

function measure(timeline: Timeline, timeMs: number): void {
  for (let time = 0; time < MEASURED_PER_POINT; time++) {
    timeline.fold(timeMs + time, Object.fromEntries(NAMES.map((name) => [name, numberOf(name)])));
  }
}

function sourceOf(points: number): ChartSource & { readonly next: () => void } {
  const timeline = new Timeline(STEP_MS, points);
  const version = signal(0);
  let nowMs = START_MS;
  for (let point = 0; point < points; point++) {
    nowMs += STEP_MS;
    measure(timeline, nowMs);
  }
  const marks = Array.from({ length: 50 }, (_, place) => ({
    timeMs: START_MS + (place / 50) * points * STEP_MS,
    seq: place,
    type: "modeChanged",
    details: { mode: place % 2 === 0 ? "panic" : "plastic" },
  }));
  return {
    version,
    cursor: signal<Cursor | null>(null),
    announcement: signal(""),
    picture: () => ({
      timeline,
      marks,
      mode: "plastic",
      halfLife: HALF_LIFE,
      axis: TIME_AXIS,
      stretches: [],
      span: { fromMs: nowMs - points * STEP_MS, toMs: nowMs },
    }),
    zoom: () => {},
    reset: () => {},
    next: () => {
      nowMs += STEP_MS;
      measure(timeline, nowMs);
      version.value++;
    },
  };
}

const specsOf = ({ layers, ...single }: Catalogue): readonly ChartSpec[] => [
  ...Object.values(single).flatMap((spec) => spec ?? []),
  ...layers,
];

type Redraws = { readonly thread: readonly number[]; readonly painted: readonly number[] };

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * @param isWhole all charts of a brain, or the one of accuracy alone
 * @returns milliseconds of each redraw: of the page's own thread, which is what it keeps others from (the new point, the lines, the legends), and
 * with the wait until the canvases have all of it, which browsers do elsewhere
 */
async function redraws(points: number, isWhole: boolean, rounds: number): Promise<Redraws> {
  const root = document.getElementById("app");
  if (root === null) throw new Error("the page has no #app");
  const source = sourceOf(points);
  const specs = specsOf(catalogueOf(new Set(NAMES), new Map()));
  const some = isWhole ? specs : specs.slice(0, 1);
  render(
    <div key={`${points} ${isWhole}`} class="chart-grid">
      {some.map((spec) => (
        <div key={spec.id} class={spec.id === "accuracy" ? "chart-cell chart-wide" : "chart-cell"}>
          <Chart spec={spec} source={source} />
        </div>
      ))}
    </div>,
    root,
  );
  const canvases = () => [...document.querySelectorAll("canvas")];
  while (canvases().length < some.length) await frame();
  const times = { thread: [] as number[], painted: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    await frame();
    const startMs = performance.now();
    source.next();
    await Promise.resolve(); // legends are rendered behind the signal
    const threadMs = performance.now() - startMs;
    for (const canvas of canvases()) canvas.getContext("2d")?.getImageData(0, 0, 1, 1);
    if (round < 0) continue;
    times.thread.push(threadMs);
    times.painted.push(performance.now() - startMs);
  }
  return times;
}

Object.assign(globalThis, { redraws });
