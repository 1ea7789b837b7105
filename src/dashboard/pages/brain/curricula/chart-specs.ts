// Which charts a curriculum has, by the numbers that its steps measured. Pure.

import { seriesColour, seriesDash } from "../../../charts/series-looks.ts";
import type { ChartSpec, Series } from "../../../charts/source.ts";
import { decimal, percent, whole } from "../../../ui/format.ts";
import { CALIBRATION, EVALUATION, isOfEvaluation } from "./numbers.ts";

const tickPercent = (value: number): string => percent(value, 0);
const tick = (value: number): string => decimal(value);
const HEIGHT = 170;
/** The two that everybody looks at first. */
const TALL = 240;

const SHARE = { scale: "share", format: percent, tick: tickPercent } as const;
const COUNT = { scale: "zero", format: whole, tick, isCounted: true } as const;

/** Those with a place of their own, in their order. */
const KNOWN: readonly ChartSpec[] = [
  {
    id: "accuracy",
    title: "Accuracy while learning",
    note: "What the brain answered to the samples of a step before it learned them.",
    height: TALL,
    ...SHARE,
    series: [
      { name: "accuracy", label: "Each step", colour: seriesColour(0), isNoisy: true },
      { name: "holdoutAccuracy", label: "Hold-out", colour: seriesColour(1) },
    ],
  },
  {
    id: "reward",
    title: "Reward",
    note: "What the step’s samples were worth: more where the brain was right.",
    height: HEIGHT,
    scale: "signed",
    format: decimal,
    tick,
    series: [{ name: "reward", label: "Each step", colour: seriesColour(2), isNoisy: true }],
  },
  {
    id: "energies",
    title: "Energies",
    note: "Mean size of the weights: what is consolidated, and what is fresh.",
    height: HEIGHT,
    scale: "zero",
    format: decimal,
    tick,
    series: [
      { name: "coreEnergy", label: "Slow core", colour: seriesColour(0) },
      { name: "contextEnergy", label: "Fast overlay", colour: seriesColour(1) },
    ],
  },
  {
    id: "novelty",
    title: "Novelty",
    note: "How unlike anything remembered the samples were.",
    height: HEIGHT,
    scale: "zero",
    format: percent,
    tick: tickPercent,
    series: [{ name: "novelty", label: "Each step", colour: seriesColour(4), isNoisy: true }],
  },
  {
    id: "forgetting",
    title: "Forgetting and transfer",
    note: "On the hold-out of earlier tasks: the fall from their best, and the change since each ended.",
    height: HEIGHT,
    scale: "signed",
    reach: 0.1,
    format: percent,
    tick: tickPercent,
    series: [
      { name: "forgetting", label: "Forgetting", colour: seriesColour(3) },
      { name: "backwardTransfer", label: "Backward transfer", colour: seriesColour(2) },
    ],
  },
  {
    id: "memory",
    title: "Memory",
    note: "Samples that the episodic memory holds.",
    height: HEIGHT,
    ...COUNT,
    series: [{ name: "stored", label: "Samples", colour: seriesColour(0) }],
  },
  {
    id: "recycled",
    title: "Neurogenesis",
    note: "Idle neurons that were born again in each step.",
    height: HEIGHT,
    ...COUNT,
    reach: 2,
    series: [{ name: "recycled", label: "Neurons", colour: seriesColour(6), isNoisy: true }],
  },
  {
    id: "heldOut",
    title: "Held out",
    note: "Samples of each step that were set aside to measure forgetting.",
    height: HEIGHT,
    ...COUNT,
    reach: 2,
    series: [{ name: "heldOut", label: "Samples", colour: seriesColour(5) }],
  },
];

const PLACED: ReadonlySet<string> = new Set(KNOWN.flatMap(({ series }) => series.map(({ name }) => name)));

/**
 * @param names of what was measured
 * @returns the charts in their order: what it answered while it was taught, what it knew, the rest
 */
export function chartSpecsOf(names: readonly string[]): readonly ChartSpec[] {
  const known = KNOWN.flatMap((spec) => {
    const series = spec.series.filter(({ name }) => names.includes(name));
    return series.length === 0 ? [] : [{ ...spec, series }];
  });
  const evaluations = names.filter((name) => name.startsWith(EVALUATION));
  const calibrations = names.filter((name) => name.startsWith(CALIBRATION));
  const judged = [
    ...(evaluations.length === 0 ? [] : [evaluationChart(evaluations)]),
    ...(calibrations.length === 0 ? [] : [calibrationChart(calibrations)]),
  ];
  const others = names.filter((name) => !PLACED.has(name) && !isOfEvaluation(name));
  const [first, ...rest] = known;
  return first?.id === "accuracy"
    ? [first, ...judged, ...rest, ...others.map(otherChart)]
    : [...judged, ...known, ...others.map(otherChart)];
}

/** As wide as the page: there are many points, or many lines. */
export const isWide = ({ height }: ChartSpec): boolean => height === TALL;

const evaluationChart = (names: readonly string[]): ChartSpec => ({
  id: "evaluations",
  title: "Evaluation sets",
  note: "What it answered to samples that it was only judged on: a line that falls is something being forgotten.",
  height: TALL,
  ...SHARE,
  series: names.map((name, place) => ({
    ...series(name, place),
    label: name.slice(EVALUATION.length),
    isSparse: true,
  })),
});

const calibrationChart = (names: readonly string[]): ChartSpec => ({
  id: "calibrations",
  title: "Calibration error on evaluation sets",
  note: "How far confidence is from how often it is right.",
  height: HEIGHT,
  scale: "zero",
  format: percent,
  tick: tickPercent,
  series: names.map((name, place) => ({
    ...series(name, place),
    label: name.slice(CALIBRATION.length),
    isSparse: true,
  })),
});

/** What this page does not know yet. */
const otherChart = (name: string): ChartSpec => ({
  id: name,
  title: name,
  height: HEIGHT,
  scale: "free",
  format: decimal,
  tick,
  series: [{ ...series(name, 0), isNoisy: true }],
});

const series = (name: string, place: number): Series => ({
  name,
  label: name,
  colour: seriesColour(place),
  dash: seriesDash(place),
});
