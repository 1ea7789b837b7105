// Classes that a lesson brings, held against the server's memory: a triarchic brain grows with its classes, and so does a hold-out.

import type { Blueprint } from "../brain/config.ts";
import { hasSums, MAX_READOUT_CLASSES, MAX_TRIARCHIC_CLASSES, MAX_TRIARCHIC_LOGITS } from "../brain/limits.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import { invalid } from "../errors.ts";
import type { Head } from "../store/event-log.ts";
import { excessOf } from "./excess.ts";
import { classify } from "./head.ts";

/**
 * As `classify`, for a brain that the server must be able to hold.
 * @throws EngramError validation, also when the new classes would make the brain too large
 */
export function classifyWithin(budgetMb: number, blueprint: Blueprint, head: Head, labels: readonly string[]) {
  const classified = classify(head, labels);
  const { newLabels } = classified;
  const classes = head.labels.length + newLabels.length;
  if (newLabels.length > 0) checkClasses(budgetMb, effectiveBlueprint(blueprint, head.shape), classes);
  checkLogits(blueprint, labels.length, classes);
  return classified;
}

/** @throws EngramError validation, when the rows of one call are too many for a brain of so many classes */
export function checkLogits({ kind }: Blueprint, rows: number, classes: number): void {
  if (kind !== "triarchic" || rows * classes <= MAX_TRIARCHIC_LOGITS) return;
  const most = Math.floor(MAX_TRIARCHIC_LOGITS / classes);
  throw invalid("#/inputs", `has ${rows} rows; with ${classes} classes this brain takes ${most} at once`);
}

function checkClasses(budgetMb: number, blueprint: Blueprint, classes: number): void {
  const isTriarchic = blueprint.kind === "triarchic";
  const isOfSums = hasSums(blueprint);
  if (!isTriarchic && !isOfSums && blueprint.config.holdout === 0) return;
  if (isTriarchic && classes > MAX_TRIARCHIC_CLASSES)
    throw invalid("#/labels", `makes ${classes} classes; a triarchic brain has ${MAX_TRIARCHIC_CLASSES} at most`);
  if (isOfSums && classes > MAX_READOUT_CLASSES) {
    throw invalid("#/labels", `makes ${classes} classes; with this readout a brain has ${MAX_READOUT_CLASSES} at most`);
  }
  const excess = excessOf(blueprint, budgetMb, classes);
  if (excess !== null) throw invalid("#/labels", `makes, with ${classes} classes, ${excess}`);
}
