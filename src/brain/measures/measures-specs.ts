// Which tensors measures have in a state, by their header alone (measures-tensors.ts says what is in them).

import { MAX_FLOAT32 } from "../../tensor/vector.ts";
import { INT32_MAX } from "../header-fields.ts";
import { MAX_COUNT } from "../limits.ts";
import { doubles, floats, ints, type TensorSpec, wholes } from "../tensor-spec.ts";
import { SUMS_PER_BIN } from "./calibration.ts";
import { MOST_WEIGHT } from "./faded.ts";
import type { MeasuresHeader } from "./measures-header.ts";
import { MEASURES_PREFIX } from "./measures-tensors.ts";
import { WINDOW_SAMPLES } from "./prequential.ts";
import { CALIBRATION_BINS } from "./reliability.ts";

/** @returns them in the order in which they lie */
export function measuresSpecs(header: MeasuresHeader, classes: number, inputDim: number): readonly TensorSpec[] {
  const { prequential, calibration, confusionCells, tasks, holdOut } = header;
  const counts = (name: string, ...shape: number[]) => ints(name, shape, 0, INT32_MAX);
  const heldOut = (stored: number): TensorSpec[] => [
    floats("heldOut", [stored, inputDim], -MAX_FLOAT32, MAX_FLOAT32),
    counts("heldOutOwners", stored, 2),
    wholes("candidates", classes, 0, MAX_COUNT),
    counts("classHeldOut", classes, 4),
    counts("transfer", tasks.length, tasks.length, 2),
  ];
  const specs = [
    ints("window", [Math.min(prequential.samples, WINDOW_SAMPLES)], 0, 1),
    ...(calibration === undefined ? [] : [doubles("calibration", [CALIBRATION_BINS, SUMS_PER_BIN], 0, MOST_WEIGHT)]),
    wholes("classSamples", classes, 0, MAX_COUNT),
    wholes("classRight", classes, 0, MAX_COUNT),
    floats("classFaded", [classes, 2], 0, MOST_WEIGHT),
    ints("confusion", [confusionCells, 3], -1, INT32_MAX),
    ...(holdOut === undefined ? [] : heldOut(holdOut.stored)),
  ];
  return specs.map((spec) => ({ ...spec, name: MEASURES_PREFIX + spec.name }));
}
