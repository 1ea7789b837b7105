// Classes that a lesson brings, held against the server's memory: a triarchic brain and a readout of sums grow with them, and so does a hold-out.

import type { Blueprint } from "../brain/config.ts";
import { MAX_TRIARCHIC_LOGITS } from "../brain/limits.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import { invalid } from "../errors.ts";
import type { Head } from "../store/event-log.ts";
import { classExcessOf } from "./excess.ts";
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
  const excess = classExcessOf(blueprint, budgetMb, classes);
  if (excess !== null) throw invalid("#/labels", excess);
}
