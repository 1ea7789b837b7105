// The numbers of a curriculum's steps in words, as tables have them. Pure.

import type { PhaseReport } from "../../../api/types.ts";
import { decimal, percent } from "../../../ui/format.ts";

/** Before the name of an evaluation set: the share that is known of it, and the calibration error on it. */
export const EVALUATION = "evaluation.";

export const CALIBRATION = "calibration.";

/** Whether it is of an evaluation set, so that a phase has one of before its first step. */
export const isOfEvaluation = (name: string): boolean => name.startsWith(EVALUATION) || name.startsWith(CALIBRATION);

type Known = {
  readonly label: string;
  readonly isShare?: boolean;
  /** Whether more of it is better; nobody can say where it is left out. */
  readonly isMoreBetter?: boolean;
};

const KNOWN: { readonly [name: string]: Known } = {
  accuracy: { label: "Accuracy while learning", isShare: true, isMoreBetter: true },
  reward: { label: "Reward", isMoreBetter: true },
  holdoutAccuracy: { label: "Hold-out accuracy", isShare: true, isMoreBetter: true },
  forgetting: { label: "Forgetting", isShare: true, isMoreBetter: false },
  backwardTransfer: { label: "Backward transfer", isShare: true, isMoreBetter: true },
  novelty: { label: "Novelty", isShare: true },
  coreEnergy: { label: "Energy of the slow core" },
  contextEnergy: { label: "Energy of the fast overlay" },
  stored: { label: "Samples in the memory" },
  recycled: { label: "Neurons born again" },
  heldOut: { label: "Samples held out" },
};

function knownOf(name: string): Known {
  const of = (prefix: string): string => name.slice(prefix.length);
  if (name.startsWith(EVALUATION)) return { label: of(EVALUATION), isShare: true, isMoreBetter: true };
  if (name.startsWith(CALIBRATION)) {
    return { label: `Calibration error, ${of(CALIBRATION)}`, isShare: true, isMoreBetter: false };
  }
  return KNOWN[name] ?? { label: name };
}

export const labelOf = (name: string): string => knownOf(name).label;

export const formatOf = (name: string): ((value: number | null) => string) =>
  knownOf(name).isShare === true ? percent : decimal;

type Summary = PhaseReport["summary"][string];

const PLACES: readonly string[] = Object.keys(KNOWN);

/** Accuracy, evaluation sets, and the rest as they are listed above; what is not known comes last. */
function placeOf(name: string): number {
  if (name.startsWith(EVALUATION)) return 0.5;
  if (name.startsWith(CALIBRATION)) return 0.6;
  const place = PLACES.indexOf(name);
  return place === -1 ? PLACES.length : place;
}

/** @returns the numbers of a phase in the order in which they are read */
export const sortedNumbers = (summary: PhaseReport["summary"]): readonly (readonly [string, Summary])[] =>
  Object.entries(summary).sort(([a], [b]) => placeOf(a) - placeOf(b));

/** `+3.2 %`, `−0.01`, `0` */
export function signed(value: number, format: (value: number | null) => string): string {
  const text = format(Math.abs(value));
  if (!/[1-9]/.test(text)) return text;
  return `${value > 0 ? "+" : "−"}${text}`;
}

/** Whether a change is for the better; undefined where it is none, or nobody can say. */
export function directionOf(name: string, value: number): "better" | "worse" | undefined {
  const { isMoreBetter } = knownOf(name);
  if (value === 0 || isMoreBetter === undefined) return undefined;
  return value > 0 === isMoreBetter ? "better" : "worse";
}
