// Measures at the beginning of a life, and the way back from a saved state. Invariant: measures that stand have parts that fit each other, and
// name no class and no task that is not there.

import { zeros } from "../../tensor/matrix.ts";
import type { WholeNumbers } from "../../tensor/whole-numbers.ts";
import type { Blueprint } from "../config.ts";
import { INT32_MAX, StateError } from "../header-fields.ts";
import type { TensorReader } from "../tensor-reader.ts";
import { NO_SAMPLES, type Tally } from "./answers.ts";
import { Calibration, SUMS_PER_BIN } from "./calibration.ts";
import { ClassMeasures, type ClassState } from "./class-measures.ts";
import { ConfusionCounts } from "./confusion-counts.ts";
import { MOST_WEIGHT, NOTHING_FADED } from "./faded.ts";
import { HeldSamples, type Owner } from "./held-samples.ts";
import { HoldOut } from "./hold-out.ts";
import { type ClassRecord, HoldOutResults } from "./hold-out-results.ts";
import { Measures } from "./measures.ts";
import type { HoldOutHeader, MeasuresHeader } from "./measures-header.ts";
import { Prequential, WINDOW_SAMPLES } from "./prequential.ts";
import { CALIBRATION_BINS } from "./reliability.ts";
import { TaskMeasures } from "./task-measures.ts";

/** What measures have to know of their brain. */
export type Measured = {
  readonly config: Pick<Blueprint["config"], "inputDim" | "seed" | "holdout">;
  /** Classes that it has. */
  readonly classes: number;
};

/** @param since the event after which they begin */
export function newMeasures({ config, classes }: Measured, since: number): Measures {
  const measures = new Measures({
    since,
    prequential: new Prequential({ ...NO_SAMPLES, accuracy: NOTHING_FADED, novelty: NOTHING_FADED }),
    calibration: new Calibration(),
    reward: NOTHING_FADED,
    recycled: 0,
    classes: new ClassMeasures(),
    confusion: new ConfusionCounts(0),
    tasks: TaskMeasures.begin(since),
    holdOut: emptyHoldOut(config),
    results: new HoldOutResults(0),
    learnedSince: 0,
  });
  measures.addClasses(classes);
  return measures;
}

const emptyHoldOut = ({ inputDim, holdout, seed }: Measured["config"]): HoldOut =>
  new HoldOut({ seed, limit: holdout, samples: new HeldSamples(zeros(0, inputDim), []), candidates: [] });

/** @throws StateError when the tensors do not fit the header or each other */
export async function restoreMeasures(
  header: MeasuresHeader,
  { config, classes }: Measured,
  reader: TensorReader,
): Promise<Measures> {
  const { since, prequential, reward, recycled, firstTask, tasks, holdOut: held } = header;
  const window = reader.ints("measures.window", [Math.min(prequential.samples, WINDOW_SAMPLES)], 0, 1);
  const calibration = restoreCalibration(header, reader);
  const states = await restoreClasses(classes, reader);
  const confusion = restoreConfusion(header, classes, reader);
  const context = { config, classes, header };
  return new Measures({
    since,
    prequential: new Prequential(prequential, window),
    calibration,
    reward,
    recycled,
    classes: new ClassMeasures(states),
    confusion,
    tasks: new TaskMeasures(firstTask, tasks),
    holdOut: held === undefined ? emptyHoldOut(config) : await restoreHoldOut(held, context, reader),
    results: held === undefined ? new HoldOutResults(firstTask) : restoreResults(held, context, reader),
    learnedSince: held?.learnedSince ?? 0,
  });
}

/** A state of before calibration was measured has none: it is measured from there on. */
function restoreCalibration({ calibration }: MeasuresHeader, reader: TensorReader): Calibration {
  if (calibration === undefined) return new Calibration();
  const name = "measures.calibration";
  const sums = reader.doubles(name, [CALIBRATION_BINS, SUMS_PER_BIN]).slice();
  let all = 0;
  for (let at = 0; at < sums.length; at += SUMS_PER_BIN) {
    const [weight = 0, confidence = 0, right = 0] = sums.subarray(at, at + SUMS_PER_BIN);
    const isBin = confidence >= 0 && right >= 0 && confidence <= weight && right <= weight;
    if (!isBin) throw new StateError(`${name} has the bin [${weight}, ${confidence}, ${right}]`);
    all += weight;
  }
  if (!(all > 0 && all <= MOST_WEIGHT)) throw new StateError(`${name} weighs ${all}`);
  return new Calibration(calibration.samples, sums);
}

async function restoreClasses(classes: number, reader: TensorReader): Promise<ClassState[]> {
  const samples = reader.wholes("measures.classSamples", classes);
  const right = reader.wholes("measures.classRight", classes);
  const faded = await reader.floats("measures.classFaded", [classes, 2]);
  return Array.from({ length: classes }, (_, classId) => {
    const tally = checked({ samples: samples.get(classId), right: right.get(classId) }, "measures.classRight");
    return { ...tally, rightFaded: faded[2 * classId] ?? 0, weight: faded[2 * classId + 1] ?? 0 };
  });
}

function restoreConfusion({ confusionCells }: MeasuresHeader, classes: number, reader: TensorReader): ConfusionCounts {
  const data = reader.ints("measures.confusion", [confusionCells, 3], -1, INT32_MAX);
  const cells = Array.from({ length: confusionCells }, (_, index) => {
    const [truth = -1, answer = -1, count = 0] = data.subarray(3 * index, 3 * index + 3);
    const isCell = truth >= 0 && truth < classes && answer < classes && count > 0;
    if (!isCell) throw new StateError(`measures.confusion has [${truth}, ${answer}, ${count}]`);
    return { truth, answer, count };
  });
  const places = new Set(cells.map(({ truth, answer }) => truth * (classes + 1) + answer));
  if (places.size < cells.length) throw new StateError("measures.confusion has a cell twice");
  return new ConfusionCounts(classes, cells);
}

type Context = Measured & { readonly header: MeasuresHeader };

async function restoreHoldOut(
  { stored, random }: HoldOutHeader,
  { config, classes, header }: Context,
  reader: TensorReader,
): Promise<HoldOut> {
  const { inputDim, holdout, seed } = config;
  const data = await reader.floats("measures.heldOut", [stored, inputDim]);
  const pairs = reader.ints("measures.heldOutOwners", [stored, 2], 0, INT32_MAX);
  const current = header.firstTask + header.tasks.length - 1;
  const counts: number[] = [];
  const owners = Array.from({ length: stored }, (_, row): Owner => {
    const [classId = 0, task = 0] = pairs.subarray(2 * row, 2 * row + 2);
    if (classId >= classes || task > current) {
      throw new StateError(`measures.heldOutOwners has class ${classId}, task ${task}`);
    }
    counts[classId] = (counts[classId] ?? 0) + 1;
    return { classId, task };
  });
  if (counts.some((count) => count > holdout)) throw new StateError("measures.heldOut has more than config.holdout");
  const candidates = numbersOf(reader.wholes("measures.candidates", classes), classes);
  const samples = new HeldSamples({ rows: stored, cols: inputDim, data }, owners);
  return new HoldOut({ seed, limit: holdout, random, samples, candidates });
}

function restoreResults({ last }: HoldOutHeader, { classes, header }: Context, reader: TensorReader): HoldOutResults {
  const { firstTask, tasks } = header;
  const tallies = (name: string, shape: readonly number[]) => {
    const data = reader.ints(name, shape, 0, INT32_MAX);
    return Array.from({ length: data.length / 2 }, (_, index) =>
      checked({ samples: data[2 * index] ?? 0, right: data[2 * index + 1] ?? 0 }, name),
    );
  };
  const records = tallies("measures.classHeldOut", [classes, 4]);
  const cells = tallies("measures.transfer", [tasks.length, tasks.length, 2]);
  const rows = new Map<number, ReadonlyMap<number, Tally>>();
  tasks.forEach((_, i) => {
    const row = cells.slice(i * tasks.length, (i + 1) * tasks.length);
    const there = row.flatMap((tally, j) => (tally.samples === 0 ? [] : [[firstTask + j, tally] as const]));
    if (there.length > 0) rows.set(firstTask + i, new Map(there));
  });
  const ofClass = new Map<number, ClassRecord>();
  for (let classId = 0; classId < classes; classId++) {
    const [now = NO_SAMPLES, best = NO_SAMPLES] = records.slice(2 * classId, 2 * classId + 2);
    if (best.samples > 0) ofClass.set(classId, { now, best });
  }
  return new HoldOutResults(firstTask, last, rows, ofClass);
}

const numbersOf = (numbers: WholeNumbers, length: number): number[] =>
  Array.from({ length }, (_, index) => numbers.get(index));

function checked(tally: Tally, where: string): Tally {
  if (tally.right > tally.samples)
    throw new StateError(`${where} has ${tally.right} right of ${tally.samples} samples`);
  return tally;
}
