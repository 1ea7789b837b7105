// Classes that a lesson brings, held against the server's memory: a triarchic brain grows with its classes.

import type { Blueprint } from "../brain/config.ts";
import { invalid } from "../errors.ts";
import type { Head } from "../store/event-log.ts";
import { excessOf } from "./create.ts";
import { classify } from "./head.ts";

/**
 * As `classify`, for a brain that the server must be able to hold.
 * @throws EngramError validation, also when the new classes would make the brain too large
 */
export function classifyWithin(budgetMb: number, blueprint: Blueprint, head: Head, labels: readonly string[]) {
  const classified = classify(head, labels);
  const { newLabels } = classified;
  if (newLabels.length > 0) checkClasses(budgetMb, blueprint, head.labels.length + newLabels.length);
  return classified;
}

function checkClasses(budgetMb: number, blueprint: Blueprint, classes: number): void {
  if (blueprint.kind !== "triarchic") return;
  const excess = excessOf(blueprint, budgetMb, classes);
  if (excess !== null) throw invalid("#/labels", `makes, with ${classes} classes, ${excess}`);
}
