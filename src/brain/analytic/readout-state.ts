// What a state says of a readout of sums: its part of the header, and the tensors that go with it.

import { featuresOf, type PlasticConfig } from "../config.ts";
import { type Fields, fieldsOf, listOf, number, StateError, whole } from "../header-fields.ts";
import { MAX_COUNT } from "../limits.ts";
import { doubles, floats, ints, type TensorSpec, wholes } from "../tensor-spec.ts";
import type { ReadoutHeader } from "./analytic-readout.ts";
import { CONTEXTS } from "./class-sums.ts";
import { EXPONENTS } from "./ridge.ts";

/** Whole numbers below it are exact. */
const MAX_SUM = 2 ** 53;
/** Far more than any weights are. */
const MAX_WEIGHT = 1e12;
const MAX_CALIBRATION = 1000;

/** A brain's configuration, and how many samples and classes it has. */
export type Sizes = { readonly config: PlasticConfig; readonly stored: number; readonly labels: number };

/** In the order in which they lie in a state. */
export function readoutSpecs({ classes }: ReadoutHeader, { config, stored, labels }: Sizes): readonly TensorSpec[] {
  const width = featuresOf(config);
  const columns = CONTEXTS * labels;
  return [
    ints("memory.contexts", [stored], 0, CONTEXTS - 1),
    doubles("readout.sums", [(width * (width + 1)) / 2], -MAX_SUM, MAX_SUM),
    wholes("readout.counts", columns, 0, MAX_COUNT),
    doubles("readout.classSums", [columns, width], -MAX_SUM, MAX_SUM),
    floats("readout.weights", [CONTEXTS * classes, width], -MAX_WEIGHT, MAX_WEIGHT),
  ];
}

/** Reads a header's `readout`. @throws StateError */
export function readoutHeader(value: unknown): ReadoutHeader {
  const fields: Fields = fieldsOf(value, "readout");
  return {
    exponent: whole(fields.exponent, "readout.exponent", EXPONENTS.least, EXPONENTS.most),
    samples: whole(fields.samples, "readout.samples", 0, MAX_COUNT),
    classes: whole(fields.classes, "readout.classes"),
    refuted: refutedOf(fields),
    temperature: within(fields.temperature, "readout.temperature"),
    trust: within(fields.trust, "readout.trust"),
  };
}

/** None where a state was stored before there were any. */
function refutedOf({ refuted = [], classes }: Fields): readonly number[] {
  const where = "readout.refuted";
  const ids = listOf(refuted, where).map((id) => whole(id, where));
  const areRight = ids.every((id, i) => id > (ids[i - 1] ?? -1) && id < whole(classes, "readout.classes"));
  if (!areRight) throw new StateError(`${where} are not classes, ascending`);
  return ids;
}

function within(value: unknown, where: string): number {
  const given = number(value, where);
  if (!(given >= 0 && given <= MAX_CALIBRATION)) throw new StateError(`${where} is not from 0 to ${MAX_CALIBRATION}`);
  return given;
}
