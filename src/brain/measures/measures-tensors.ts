// The large part of measures as a state has it:
//   measures.window          I32 [min(samples, 1000)]: whether sample n was right, 0 or 1, at place n mod 1000
//   measures.calibration     F64 [15, 3], once a sample was answered: of each bin of confidence the faded count of answers, their
//                            confidences, and the faded count of right ones
//   measures.classSamples    U32 [labels, 2], and measures.classRight: uint64 as two words, the low one first
//   measures.classFaded      F32 [labels, 2]: faded count of right samples, and of all
//   measures.confusion       I32 [confusionCells, 3]: true class, answer (−1 for none), samples
// and where samples are held out:
//   measures.heldOut         F32 [stored, inputDim]
//   measures.heldOutOwners   I32 [stored, 2]: class, ordinal of the task
//   measures.candidates      U32 [labels, 2]
//   measures.classHeldOut    I32 [labels, 4]: samples and right at the latest evaluation, and at the best one
//   measures.transfer        I32 [tasks, tasks, 2]: samples and right of task j (column) at the end of task i (row)
// Invariant: `measuresTensors` gives these, in this order.

import { f32, f64, i32, type Tensors, u32 } from "../../tensor/safetensors.ts";
import { WholeNumbers } from "../../tensor/whole-numbers.ts";
import type { Tally } from "./answers.ts";
import { SUMS_PER_BIN } from "./calibration.ts";
import type { Measures } from "./measures.ts";
import type { MeasuresHeader } from "./measures-header.ts";
import { CALIBRATION_BINS } from "./reliability.ts";

/** Tensors of measures have names that begin with it. */
export const MEASURES_PREFIX = "measures.";

/**
 * @param drift the state of the watch for drift, plain data
 * @returns what a state has of both; views where it is large
 */
export function measuresState(
  measures: Measures,
  drift: unknown,
): { readonly header: MeasuresHeader; readonly tensors: Tensors } {
  const { since, prequential, calibration, rewardState, recycled } = measures;
  const { confusion, tasks, holdOut, results, learnedSince } = measures;
  const cells = confusion.cells;
  const hasHoldOut = holdOut.isInUse;
  const isCalibrated = calibration.samples > 0;
  const { last } = results;
  const header: MeasuresHeader = {
    since,
    prequential: prequential.state,
    ...(isCalibrated ? { calibration: { samples: calibration.samples } } : {}),
    reward: rewardState,
    recycled,
    confusionCells: cells.length,
    firstTask: tasks.from,
    tasks: tasks.all,
    drift,
    ...(hasHoldOut ? { holdOut: { stored: holdOut.samples.stored, random: holdOut.random, learnedSince, last } } : {}),
  };
  const window = prequential.windowState;
  const confused = Int32Array.from(cells.flatMap(({ truth, answer, count }) => [truth, answer, count]));
  return {
    header,
    tensors: named({
      window: i32(window, window.length),
      ...(isCalibrated ? { calibration: f64(calibration.sums, CALIBRATION_BINS, SUMS_PER_BIN) } : {}),
      ...classTensors(measures),
      confusion: i32(confused, cells.length, 3),
      ...(hasHoldOut ? holdOutTensors(measures) : {}),
    }),
  };
}

const named = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [MEASURES_PREFIX + name, tensor]));

function classTensors({ classes }: Measures): Tensors {
  const { state } = classes;
  const faded = Float32Array.from(state.flatMap(({ rightFaded, weight }) => [rightFaded, weight]));
  return {
    classSamples: wholes(state.map(({ samples }) => samples)),
    classRight: wholes(state.map(({ right }) => right)),
    classFaded: f32(faded, state.length, 2),
  };
}

function holdOutTensors({ classes, tasks, holdOut, results }: Measures): Tensors {
  const { samples } = holdOut;
  const inputs = samples.inputs(0, samples.stored);
  const owners = Int32Array.from(samples.owners.flatMap(({ classId, task }) => [classId, task]));
  const classIds = classes.state.map((_, classId) => classId);
  const records = classIds.map((classId) => results.ofClass(classId));
  const { ordinals } = tasks;
  const cells = ordinals.flatMap((i) => ordinals.flatMap((j) => pairOf(results.rows.get(i)?.get(j))));
  return {
    heldOut: f32(inputs.data, inputs.rows, inputs.cols),
    heldOutOwners: i32(owners, samples.stored, 2),
    candidates: wholes(classIds.map((classId) => holdOut.candidates(classId))),
    classHeldOut: i32(
      Int32Array.from(records.flatMap(({ now, best }) => [...pairOf(now), ...pairOf(best)])),
      classIds.length,
      4,
    ),
    transfer: i32(Int32Array.from(cells), ordinals.length, ordinals.length, 2),
  };
}

const pairOf = (tally?: Tally): number[] => [tally?.samples ?? 0, tally?.right ?? 0];

function wholes(values: readonly number[]) {
  const numbers = WholeNumbers.zeros(values.length);
  values.forEach((value, index) => {
    numbers.set(index, value);
  });
  return u32(numbers.words, values.length, 2);
}
