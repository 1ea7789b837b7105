// What a request must fit of the brain that it is about, and what one answer may hold.

import { counted, invalid } from "../errors.ts";
import type { Matrix } from "../tensor/matrix.ts";
import type { PredictRequest } from "./api.ts";
import { checkLogits } from "./classes.ts";
import type { LiveBrain } from "./live-brain.ts";

/** @throws EngramError `validation` unless the inputs are as wide as the brain's */
export function checkWidth(inputs: Matrix, { row }: LiveBrain): void {
  const { inputDim } = row.config;
  if (inputs.cols !== inputDim) {
    throw invalid(
      "#/inputs/0",
      `has ${counted(inputs.cols, "number")}; brain "${row.id}" takes ${inputDim} (inputDim)`,
    );
  }
}

/** @throws EngramError `validation` unless each input has a label */
export function checkLabels(labels: readonly string[], inputs: Matrix): void {
  if (labels.length !== inputs.rows) {
    throw invalid(
      "#/labels",
      `has ${counted(labels.length, "label")} for ${counted(inputs.rows, "input")}; each input needs one`,
    );
  }
}

/** An answer of more scores or neighbours than this would take the server's memory and nobody's time to read. */
const MAX_SCORES = 100_000;

/** @throws EngramError `validation` when the answer would be too long */
export function checkScores({ inputs, topK, explain }: PredictRequest, { head, row }: LiveBrain): void {
  checkLogits(row, inputs.rows, head.labels.length);
  const scores = inputs.rows * Math.min(topK, head.labels.length);
  if (scores > MAX_SCORES) {
    throw invalid("#/topK", `asks for ${scores} scores in all; one answer holds ${MAX_SCORES}`);
  }
  const neighbors = explain === true && row.kind === "plastic" ? inputs.rows * head.shape.tuning.neighbors : 0;
  if (neighbors > MAX_SCORES) {
    throw invalid("#/explain", `asks for ${neighbors} neighbours in all; one answer holds ${MAX_SCORES}`);
  }
}
