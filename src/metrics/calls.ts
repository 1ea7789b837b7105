// Calls that were answered, as they are measured.

import type { Numbers } from "../brain/measures/findings.ts";

/** A call that a brain has answered well. */
export type AnsweredCall = {
  readonly brain: string;
  /** Names the brain for ever. */
  readonly uid: string;
  /** Of the brain's state then. */
  readonly seq: number;
  readonly operation: "predict" | "learn";
  /** Inputs of a prediction, samples of a lesson. */
  readonly rows: number;
  /** Waiting for its turn, the log, a compute process. */
  readonly durationMs: number;
  /** Calls about the brain that were under way as it ended, itself among them. */
  readonly waiting: number;
};

export type OnCall = (call: AnsweredCall) => void;

/** @returns what of it goes into the history of the brain's numbers, times in whole microseconds */
export function numbersOf({ operation, durationMs, waiting }: AnsweredCall): Numbers {
  const ms = Math.round(1000 * durationMs) / 1000;
  return operation === "predict" ? { predictMs: ms, waiting } : { learnMs: ms, waiting };
}
