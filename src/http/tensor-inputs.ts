// From the tensors of a request to the matrix that the brain computes on, without a copy, and to the labels of its rows. What a header cannot
// say is checked here, by the rules that JSON bodies follow (`inputs.ts`).

import { counted, invalid } from "../errors.ts";
import type { Matrix } from "../tensor/matrix.ts";
import type { Tensor } from "../tensor/safetensors.ts";

/**
 * @param tensor F32 [rows, cols], as the header's schema has it
 * @returns float32 [rows, cols], a view on the request's bytes
 * @throws EngramError `validation`, pointing at the row or number that does not fit
 */
export function matrixOf(tensor: Tensor | undefined, maxRows: number): Matrix {
  const [rows = 0, cols = 0] = tensor?.shape ?? [];
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError("inputs are not F32; the schema sees to it");
  if (rows === 0) throw invalid("#/inputs", "must not be empty");
  if (rows > maxRows) throw invalid("#/inputs", `has ${rows} rows, at most ${maxRows} are allowed`);
  if (cols === 0) throw invalid("#/inputs/0", "must not be empty");
  const { data } = tensor;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] ?? 0;
    if (!Number.isFinite(value)) throw invalid(pointerTo(at, cols), `must be a finite number, got ${value}`);
  }
  return { rows, cols, data };
}

const pointerTo = (at: number, cols: number): string => `#/inputs/${Math.floor(at / cols)}/${at % cols}`;

/** Where a file may say what its inputs are: as text, or as places in a list of classes. */
export type LabelSources = {
  readonly labels: readonly string[] | undefined;
  readonly classes: readonly string[] | undefined;
  /** I32 [n] */
  readonly tensor: Tensor | undefined;
};

/**
 * @param rows how many labels there have to be
 * @throws EngramError `validation` unless there is one source, and it has a label a row
 */
export function labelsOf({ labels, classes, tensor }: LabelSources, rows: number): readonly string[] {
  if (labels !== undefined) {
    if (tensor !== undefined) throw invalid("#/labels", "is given twice: here and in #/__metadata__/labels");
    if (classes !== undefined) throw invalid(CLASSES, "goes with a tensor `labels`, not with labels that are text");
    if (labels.length !== rows) throw invalid("#/__metadata__/labels", mismatch(labels.length, rows));
    return labels;
  }
  if (tensor === undefined) {
    throw invalid("#/labels", "is missing: a tensor with `classes` in __metadata__, or `labels` in __metadata__");
  }
  if (classes === undefined) throw invalid(CLASSES, "is missing: the classes that the tensor `labels` counts");
  if (tensor.data.length !== rows) throw invalid("#/labels", mismatch(tensor.data.length, rows));
  return Array.from(tensor.data, (place, row) => {
    const label = classes[place];
    if (label === undefined) throw invalid(`#/labels/${row}`, `is ${place}; classes has ${classes.length}, from 0`);
    return label;
  });
}

const CLASSES = "#/__metadata__/classes";

const mismatch = (labels: number, rows: number): string =>
  `has ${counted(labels, "label")} for ${counted(rows, "input")}; each input needs one`;
