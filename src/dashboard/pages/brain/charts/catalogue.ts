// Which charts a brain has, by the numbers that are told of it. Pure.

import { seriesColour, seriesDash } from "../../../charts/series-looks.ts";
import type { ChartSpec, Series } from "../../../charts/source.ts";
import { decimal, milliseconds, percent, whole } from "../../../ui/format.ts";

/** What a brain's charts are about; `null` where it has no numbers of that kind in this window. */
export type Catalogue = {
  readonly accuracy: ChartSpec | null;
  readonly forgetting: ChartSpec | null;
  readonly tasks: ChartSpec | null;
  readonly memory: ChartSpec | null;
  readonly novelty: ChartSpec | null;
  readonly calibration: ChartSpec | null;
  readonly energies: ChartSpec | null;
  readonly latency: ChartSpec | null;
  readonly queue: ChartSpec | null;
  /** One for each layer. */
  readonly layers: readonly ChartSpec[];
};

const tickPercent = (value: number): string => percent(value, 0);
const tick = (value: number): string => decimal(value);
const HEIGHT = 180;

/**
 * @param names the numbers that were measured
 * @param taskNames what tasks are called, by ordinal
 */
export function catalogueOf(names: ReadonlySet<string>, taskNames: ReadonlyMap<number, string>): Catalogue {
  const chart = (spec: Omit<ChartSpec, "height"> & { readonly height?: number }): ChartSpec | null => {
    const series = spec.series.filter(({ name }) => names.has(name));
    return series.length === 0 ? null : { height: HEIGHT, ...spec, series };
  };
  return {
    accuracy: chart({
      id: "accuracy",
      title: "Accuracy",
      note: "What the brain answered before it learned it, and what it answers to samples it never learns.",
      height: 260,
      scale: "share",
      format: percent,
      tick: tickPercent,
      series: [
        { name: "accuracyBatch", label: "Each learn call", colour: seriesColour(4), isNoisy: true },
        { name: "accuracyWindow", label: "Last 1,000", colour: seriesColour(0) },
        { name: "accuracyFaded", label: "Fading", colour: seriesColour(2), dash: [6, 3] },
        { name: "holdoutAccuracy", label: "Hold-out", colour: seriesColour(1) },
      ],
    }),
    forgetting: chart({
      id: "forgetting",
      title: "Forgetting and transfer",
      note: "On the hold-out of earlier tasks: the fall from their best, and the change since each ended.",
      scale: "signed",
      reach: 0.1,
      format: percent,
      tick: tickPercent,
      series: [
        { name: "forgetting", label: "Forgetting", colour: seriesColour(3) },
        { name: "backwardTransfer", label: "Backward transfer", colour: seriesColour(2) },
      ],
    }),
    tasks: chart({
      id: "tasks",
      title: "Hold-out accuracy by task",
      note: "A line that falls while another task is taught is a task being forgotten.",
      scale: "share",
      format: percent,
      tick: tickPercent,
      series: taskSeries(names, taskNames),
    }),
    memory: chart({
      id: "memory",
      title: "Memory fill",
      note: "Samples in the episodic memory, of those it has room for.",
      scale: "share",
      format: percent,
      tick: tickPercent,
      series: [{ name: "memoryFill", label: "Fill", colour: seriesColour(0) }],
    }),
    calibration: chart({
      id: "calibration",
      title: "Calibration error",
      note: "How far confidence is from how often it is right, of the latest answers.",
      scale: "zero",
      format: percent,
      tick: tickPercent,
      series: [{ name: "calibrationError", label: "Error", colour: seriesColour(3) }],
    }),
    novelty: chart({
      id: "novelty",
      title: "Novelty and drift",
      note: "How unlike anything remembered samples are, and the share of errors since the last drift.",
      scale: "zero",
      format: percent,
      tick: tickPercent,
      series: [
        { name: "novelty", label: "Novelty", colour: seriesColour(4) },
        { name: "driftError", label: "Drift error", colour: seriesColour(1) },
      ],
    }),
    energies: chart({
      id: "energies",
      title: "Energies",
      note: "Mean size of the weights: what is consolidated, and what is fresh.",
      scale: "zero",
      format: decimal,
      tick,
      series: [
        { name: "coreEnergy", label: "Slow core", colour: seriesColour(0) },
        { name: "contextEnergy", label: "Fast overlay", colour: seriesColour(1) },
      ],
    }),
    latency: chart({
      id: "latency",
      title: "Latency",
      note: "From a call's admission to its answer. Logarithmic.",
      scale: "log",
      format: milliseconds,
      tick: milliseconds,
      series: [
        { name: "learnMs", label: "Learn", colour: seriesColour(0), isNoisy: true },
        { name: "predictMs", label: "Predict", colour: seriesColour(1), isNoisy: true },
      ],
    }),
    queue: chart({
      id: "queue",
      title: "Queue",
      note: "Calls about the brain that were under way when one ended.",
      scale: "zero",
      format: decimal,
      tick,
      reach: 2,
      isCounted: true,
      series: [{ name: "waiting", label: "Calls", colour: seriesColour(4) }],
    }),
    layers: layerCharts(names),
  };
}

const numbered = (names: ReadonlySet<string>, pattern: RegExp): readonly number[] => {
  const found = [...names].flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
  return [...new Set(found)].sort((a, b) => a - b);
};

const taskSeries = (names: ReadonlySet<string>, taskNames: ReadonlyMap<number, string>): readonly Series[] =>
  numbered(names, /^tasks\.(\d+)\.accuracy$/).map((task) => ({
    name: `tasks.${task}.accuracy`,
    label: taskNames.get(task) ?? `Task ${task}`,
    colour: seriesColour(task),
    dash: seriesDash(task),
  }));

const layerCharts = (names: ReadonlySet<string>): readonly ChartSpec[] =>
  numbered(names, /^layers\.(\d+)\.(?:mature|active|dead)$/).map((layer) => ({
    id: `layer-${layer}`,
    title: `Layer ${layer}`,
    scale: "zero",
    height: 110,
    isCounted: true,
    format: whole,
    tick,
    series: layerSeries(layer).filter(({ name }) => names.has(name)),
  }));

const layerSeries = (layer: number): readonly Series[] => [
  { name: `layers.${layer}.active`, label: "Active", colour: seriesColour(4) },
  { name: `layers.${layer}.mature`, label: "Mature", colour: seriesColour(0) },
  { name: `layers.${layer}.dead`, label: "Dead", colour: seriesColour(7), dash: [2, 3] },
];
