// The small part of measures as a state's header has it, and back, every field checked. Invariant: a header that passes has counts that fit
// each other, none so large that a long life would take it out of the whole numbers.

import { type Fields, fieldsOf, INT32_MAX, listOf, number, StateError, whole, wordsOf } from "../header-fields.ts";
import { checkText, MAX_COUNT, MAX_SEQ } from "../limits.ts";
import { MAX_TASK_CHARACTERS } from "../watching.ts";
import type { Tally } from "./answers.ts";
import { MAX_CONFUSION_LABELS } from "./confusion-counts.ts";
import { type FadedState, MOST_WEIGHT } from "./faded.ts";
import type { LastEvaluation } from "./hold-out-results.ts";
import type { PrequentialState } from "./prequential.ts";
import { MAX_TASKS, type Task } from "./task-measures.ts";

export type MeasuresHeader = {
  /** The event from which on they count. */
  readonly since: number;
  readonly prequential: PrequentialState;
  /** Absent where no sample was answered yet, and in states of before it was measured. */
  readonly calibration?: CalibrationHeader;
  readonly reward: FadedState;
  readonly recycled: number;
  /** Cells of the confusion matrix above 0. */
  readonly confusionCells: number;
  /** Ordinal of the first task that is listed. */
  readonly firstTask: number;
  readonly tasks: readonly Task[];
  /** State of the watch for drift, which checks it. */
  readonly drift: unknown;
  /** Absent where nothing was ever held out. */
  readonly holdOut?: HoldOutHeader;
};

export type CalibrationHeader = {
  /** Samples that were answered since it is measured. */
  readonly samples: number;
};

export type HoldOutHeader = {
  readonly stored: number;
  /** State of its generator, 4 × uint32. */
  readonly random: readonly number[];
  readonly learnedSince: number;
  readonly last: LastEvaluation | null;
};

/** `novelty` is a number from 0 to 2, a reward from −1 to 1. */
const MOST_NOVELTY = 2;

/** @returns what a state's header says of measures, checked @throws StateError */
export const measuresIn = ({ measures, labels }: Fields): { readonly measures?: MeasuresHeader } =>
  measures === undefined ? {} : { measures: measuresHeader(measures, listOf(labels, "labels").length) };

/** @param classes that the brain has */
function measuresHeader(value: unknown, classes: number): MeasuresHeader {
  const fields = fieldsOf(value, "measures");
  const prequential = prequentialOf(fields.prequential);
  const rows = classes > MAX_CONFUSION_LABELS ? 0 : classes;
  const firstTask = whole(fields.firstTask, "measures.firstTask", 0, INT32_MAX - MAX_TASKS);
  const { calibration, holdOut } = fields;
  return {
    since: whole(fields.since, "measures.since", 0, MAX_SEQ),
    prequential,
    ...(calibration === undefined ? {} : { calibration: calibrationOf(calibration, prequential) }),
    reward: fadedOf(fields.reward, "measures.reward", -1, 1),
    recycled: whole(fields.recycled, "measures.recycled", 0, MAX_COUNT),
    confusionCells: whole(fields.confusionCells, "measures.confusionCells", 0, rows * (rows + 1)),
    firstTask,
    tasks: tasksOf(fields.tasks),
    drift: fields.drift,
    ...(holdOut === undefined ? {} : { holdOut: holdOutOf(holdOut) }),
  };
}

function prequentialOf(value: unknown): PrequentialState {
  const where = "measures.prequential";
  const { accuracy, novelty, ...counts } = fieldsOf(value, where);
  return {
    ...tallyOf(counts, where),
    accuracy: fadedOf(accuracy, `${where}.accuracy`, 0, 1),
    novelty: fadedOf(novelty, `${where}.novelty`, 0, MOST_NOVELTY),
  };
}

function calibrationOf(value: unknown, { samples: most }: Tally): CalibrationHeader {
  const { samples } = fieldsOf(value, "measures.calibration");
  return { samples: whole(samples, "measures.calibration.samples", 1, most) };
}

function tallyOf({ samples, right }: Fields, where: string): Tally {
  const count = whole(samples, `${where}.samples`, 0, MAX_COUNT);
  return { samples: count, right: whole(right, `${where}.right`, 0, count) };
}

/** @param least, most of the values whose mean it is */
function fadedOf(value: unknown, where: string, least: number, most: number): FadedState {
  const { sum, weight } = fieldsOf(value, where);
  const total = number(sum, `${where}.sum`);
  const of = number(weight, `${where}.weight`);
  // Rounding may take a sum a little beyond.
  const slack = 1e-6 * of;
  const isIn = of >= 0 && of <= MOST_WEIGHT && total >= least * of - slack && total <= most * of + slack;
  if (!isIn) throw new StateError(`${where} is no sum of values from ${least} to ${most} with its weight`);
  return { sum: total, weight: of };
}

function tasksOf(value: unknown): readonly Task[] {
  const tasks = listOf(value, "measures.tasks").map((task, index) => taskOf(task, `measures.tasks.${index}`));
  if (tasks.length < 1 || tasks.length > MAX_TASKS) {
    throw new StateError(`measures.tasks lists ${tasks.length} tasks, not from 1 to ${MAX_TASKS}`);
  }
  return tasks;
}

function taskOf(value: unknown, where: string): Task {
  const { name, seq, first, ...counts } = fieldsOf(value, where);
  return {
    ...tallyOf(counts, where),
    name: name === null ? null : checkText(name, `${where}.name`, MAX_TASK_CHARACTERS),
    seq: whole(seq, `${where}.seq`, 0, MAX_SEQ),
    first: first === null ? null : tallyOf(fieldsOf(first, `${where}.first`), `${where}.first`),
  };
}

function holdOutOf(value: unknown): HoldOutHeader {
  const where = "measures.holdOut";
  const { stored, random, learnedSince, last } = fieldsOf(value, where);
  return {
    stored: whole(stored, `${where}.stored`, 0, INT32_MAX),
    random: wordsOf(random),
    learnedSince: whole(learnedSince, `${where}.learnedSince`, 0, MAX_COUNT),
    last: last === null ? null : lastOf(last, `${where}.last`),
  };
}

function lastOf(value: unknown, where: string): LastEvaluation {
  const fields = fieldsOf(value, where);
  return {
    ...tallyOf(fields, where),
    seq: whole(fields.seq, `${where}.seq`, 0, MAX_SEQ),
    task: whole(fields.task, `${where}.task`, 0, INT32_MAX),
  };
}
