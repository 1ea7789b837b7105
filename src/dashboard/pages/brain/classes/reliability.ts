// The bars of a reliability diagram. Pure.

import type { Measures } from "../../../api/types.ts";

export type Calibration = Measures["prequential"]["calibration"];

export type ReliabilityBar = {
  readonly from: number;
  readonly to: number;
  readonly confidence: number;
  readonly accuracy: number;
  /** Of all answers. */
  readonly share: number;
};

/** @returns the bins that have answers, by confidence */
export function barsOf({ bins }: Calibration): readonly ReliabilityBar[] {
  const all = bins.reduce((sum, { weight }) => sum + weight, 0);
  return bins.flatMap(({ from, to, weight, confidence, accuracy }) =>
    confidence === null || accuracy === null ? [] : [{ from, to, confidence, accuracy, share: weight / all }],
  );
}

/** What a share of right answers says of the confidence that went with it. */
export function leaningOf(bars: readonly ReliabilityBar[]): "too sure" | "too modest" | "as sure as it is right" {
  const lean = bars.reduce((sum, { share, confidence, accuracy }) => sum + share * (confidence - accuracy), 0);
  if (Math.abs(lean) < 0.02) return "as sure as it is right";
  return lean > 0 ? "too sure" : "too modest";
}
