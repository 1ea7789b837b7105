// A phase, held against the brain as it will be by then, and against what one call may carry: a step is a call like any other.

import { StateError } from "../brain/header-fields.ts";
import { checkLabels, MAX_TRIARCHIC_LOGITS } from "../brain/limits.ts";
import type { BrainInfo } from "../brains/api.ts";
import { classExcessOf } from "../brains/excess.ts";
import type { DatasetInfo } from "../datasets/api.ts";
import { invalid } from "../errors.ts";
import type { Phase } from "./api.ts";
import type { PlanLimits } from "./plan-check.ts";

export type PhaseContext = {
  readonly brain: BrainInfo;
  readonly dataset: DatasetInfo;
  /** The brain's classes when the phase is over. */
  readonly labels: readonly string[];
  /** Names of the plan's evaluations. */
  readonly evaluations: ReadonlySet<string>;
  readonly limits: PlanLimits;
};

/** @param where the pointer to the phase @throws EngramError `validation` */
export function checkPhase(phase: Phase, context: PhaseContext, where: string): void {
  const { brain } = context;
  if (phase.mode === undefined && brain.mode === "inference")
    throw invalid(`${where}/mode`, `is missing; brain "${brain.id}" is in mode inference, in which it does not learn`);
  if (phase.neurogenesis !== undefined && brain.kind === "triarchic")
    throw invalid(`${where}/neurogenesis`, `is of plastic brains; brain "${brain.id}" is triarchic`);
  checkEvaluations(phase, context, where);
  checkStep(phase, context, where);
  checkClasses(context, `${where}/${phase.classes === undefined ? "dataset" : "classes"}`);
}

function checkEvaluations({ evaluate, evaluateEvery }: Phase, { evaluations }: PhaseContext, where: string): void {
  const seen = new Set<string>();
  for (const [index, name] of (evaluate ?? []).entries()) {
    const at = `${where}/evaluate/${index}`;
    if (!evaluations.has(name)) throw invalid(at, `names ${JSON.stringify(name)}; the plan has no such evaluation`);
    if (seen.has(name)) throw invalid(at, `names ${JSON.stringify(name)} again`);
    seen.add(name);
  }
  const count = evaluate?.length ?? evaluations.size;
  if (evaluateEvery !== undefined && count === 0)
    throw invalid(`${where}/evaluateEvery`, "is given; the phase has no evaluations");
}

function checkStep({ batchSize }: Phase, { brain, dataset, labels, limits }: PhaseContext, where: string): void {
  const at = `${where}/batchSize`;
  const { maxCallRows, maxBodyMb } = limits;
  if (batchSize > maxCallRows)
    throw invalid(at, `is ${batchSize}; a step has ${maxCallRows} samples at most (ENGRAM_MAX_CALL_ROWS)`);
  const stepMb = (Math.min(batchSize, dataset.rows) * meanBytes(dataset)) / 2 ** 20;
  if (stepMb > maxBodyMb)
    throw invalid(at, `makes steps of ${Math.ceil(stepMb)} MB; one has ${maxBodyMb} MB at most (ENGRAM_MAX_BODY_MB)`);
  if (brain.kind !== "triarchic" || batchSize * labels.length <= MAX_TRIARCHIC_LOGITS) return;
  const most = Math.floor(MAX_TRIARCHIC_LOGITS / labels.length);
  throw invalid(at, `is ${batchSize}; with ${labels.length} classes this brain takes ${most} at once`);
}

const meanBytes = ({ sizeBytes, rows }: DatasetInfo): number => sizeBytes / Math.max(1, rows);

function checkClasses({ brain, labels, limits }: PhaseContext, where: string): void {
  try {
    checkLabels(labels, brain.kind);
  } catch (error) {
    throw error instanceof StateError
      ? invalid(where, `gives the brain classes that it cannot have: ${error.message}`)
      : error;
  }
  if (labels.length === brain.labels.length) return;
  const excess = classExcessOf(brain, limits.memoryBudgetMb, labels.length);
  if (excess !== null) throw invalid(where, excess);
}
