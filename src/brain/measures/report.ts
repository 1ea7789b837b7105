// All that is measured of a brain, in full, as it stands.

import type { LayerStats } from "../layer-stats.ts";
import { accuracyOf, NO_CLASS, type Tally } from "./answers.ts";
import type { DriftSummary } from "./drift/drift-monitor.ts";
import type { Numbers } from "./findings.ts";
import type { Measures } from "./measures.ts";
import { numbersOf, transfersOf, type Watched } from "./numbers.ts";
import type { Reliability } from "./reliability.ts";
import type { TransferMatrix } from "./transfer.ts";

/** A count and the share that was right; null of none. */
export type Score = Tally & { readonly accuracy: number | null };

/** Test-then-train. */
export type PrequentialReport = Score & {
  /** The last 1000 samples. */
  readonly window: Score;
  readonly accuracyFaded: number | null;
  readonly calibration: CalibrationReport;
  readonly noveltyFaded: number | null;
  readonly rewardFaded: number | null;
};

/** Of late: an answer weighs 0.999 of the one after it. */
export type CalibrationReport = Reliability & {
  /** Samples that were answered since it is measured. */
  readonly answered: number;
};

export type ClassReport = Score & {
  readonly label: string;
  readonly accuracyFaded: number | null;
  /** Samples held out. */
  readonly heldOut: number;
  /** At the latest evaluation of the hold-out, and the best ever. */
  readonly holdoutAccuracy: number | null;
  readonly holdoutBest: number | null;
  /** The best less the latest. */
  readonly forgetting: number | null;
};

export type TaskReport = Score & {
  /** Counts all tasks there ever were, from 0. */
  readonly task: number;
  readonly name: string | null;
  /** Of the event that began it. */
  readonly seq: number;
  /** Of its first learn call. */
  readonly firstAccuracy: number | null;
  readonly heldOut: number;
  readonly holdoutAccuracy: number | null;
};

export type ConfusionReport = {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly unanswered: readonly number[];
};

export type HoldOutReport = Score & {
  /** Samples per class at most; 0 where none are held out. */
  readonly limit: number;
  readonly heldOut: number;
  /** `seq` of the state that was last evaluated; null before. */
  readonly evaluatedSeq: number | null;
};

export type TransferReport = {
  /** The tasks of rows and columns. */
  readonly tasks: readonly number[];
  /** `matrix[i][j]`: hold-out accuracy on task j at the end of task i; the last row is the current task's. */
  readonly matrix: TransferMatrix;
  readonly forgetting: number | null;
  readonly backwardTransfer: number | null;
  readonly forwardTransfer: number | null;
};

export type MeasuresReport = {
  /** The event after which they begin. */
  readonly since: number;
  readonly numbers: Numbers;
  readonly prequential: PrequentialReport;
  readonly classes: readonly ClassReport[];
  readonly tasks: readonly TaskReport[];
  /** Null where there are too many classes. */
  readonly confusion: ConfusionReport | null;
  readonly holdout: HoldOutReport;
  readonly transfer: TransferReport;
  readonly drift: DriftSummary;
  readonly recycled: number;
  readonly layers: readonly ({ readonly index: number } & LayerStats)[];
};

/** @param labels by class id */
export function reportOf(watched: Watched, labels: readonly string[], drift: DriftSummary): MeasuresReport {
  const { brain, measures } = watched;
  const { tasks, results } = measures;
  return {
    since: measures.since,
    numbers: numbersOf(watched, null),
    prequential: prequentialOf(measures),
    classes: labels.map((label, classId) => classOf(measures, label, classId)),
    tasks: tasks.all.map((_, index) => taskOf(measures, index)),
    confusion: measures.confusion.isKept ? confusionOf(measures, labels) : null,
    holdout: holdOutOf(measures),
    transfer: { tasks: tasks.ordinals, matrix: results.matrix(tasks.ordinals), ...transfersOf(measures) },
    drift,
    recycled: measures.recycled,
    layers: brain.layers().map((stats, index) => ({ index, ...stats })),
  };
}

const scoreOf = ({ samples, right }: Tally): Score => ({ samples, right, accuracy: accuracyOf({ samples, right }) });

const prequentialOf = ({ prequential, calibration, reward }: Measures): PrequentialReport => ({
  ...scoreOf(prequential.tally),
  window: scoreOf(prequential.window),
  accuracyFaded: prequential.accuracyFaded,
  calibration: { answered: calibration.samples, ...calibration.reliability },
  noveltyFaded: prequential.novelty,
  rewardFaded: reward,
});

function classOf({ classes, holdOut, results }: Measures, label: string, classId: number): ClassReport {
  const { now, best } = results.ofClass(classId);
  const [holdoutAccuracy, holdoutBest] = [accuracyOf(now), accuracyOf(best)];
  return {
    label,
    ...scoreOf(classes.tally(classId)),
    accuracyFaded: classes.accuracyFaded(classId),
    heldOut: holdOut.samples.rowsOf(classId).length,
    holdoutAccuracy,
    holdoutBest,
    forgetting: holdoutAccuracy === null || holdoutBest === null ? null : holdoutBest - holdoutAccuracy,
  };
}

function taskOf({ tasks, holdOut, results }: Measures, index: number): TaskReport {
  const task = tasks.from + index;
  const { name, seq, first, samples, right } = tasks.at(index);
  return {
    task,
    name,
    seq,
    ...scoreOf({ samples, right }),
    firstAccuracy: first === null ? null : accuracyOf(first),
    heldOut: holdOut.samples.owners.filter((owner) => owner.task === task).length,
    holdoutAccuracy: results.ofTask(task),
  };
}

const confusionOf = ({ confusion }: Measures, labels: readonly string[]): ConfusionReport => ({
  labels,
  counts: labels.map((_, truth) => labels.map((__, answer) => confusion.count(truth, answer))),
  unanswered: labels.map((_, truth) => confusion.count(truth, NO_CLASS)),
});

const holdOutOf = ({ holdOut, results: { last } }: Measures): HoldOutReport => ({
  limit: holdOut.limit,
  heldOut: holdOut.samples.stored,
  evaluatedSeq: last?.seq ?? null,
  ...scoreOf(last ?? { samples: 0, right: 0 }),
});
