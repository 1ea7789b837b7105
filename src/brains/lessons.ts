// Teaching a brain samples with their labels, and judging it on some. What does not fit the brain is refused before anything changes.

import { HAS_EPISODIC_MEMORY, type LearningMode } from "../brain/config.ts";
import type { Learned } from "../brain/events.ts";
import { invalid } from "../errors.ts";
import { calibrationOf } from "../metrics/calibration.ts";
import { evaluate } from "../metrics/evaluation.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { Head } from "../store/event-log.ts";
import type { EvaluateAnswer, EvaluateRequest, LearnAnswer, LearnRequest } from "./api.ts";
import { checkLabels, checkScores } from "./checks.ts";
import { classifyWithin } from "./classes.ts";
import { frozen } from "./frozen.ts";
import type { LiveBrain } from "./live-brain.ts";
import type { Terms } from "./terms.ts";
import { answered, stampOf } from "./writer.ts";

/** One step of learning. @throws EngramError `validation`, `brain-frozen`, and what a change throws */
export async function learn(
  brain: LiveBrain,
  { inputs, labels, mode, memorize, neurogenesis }: LearnRequest,
  memoryBudgetMb: number,
  terms: Terms,
): Promise<LearnAnswer> {
  const { row } = brain;
  checkLabels(labels, inputs);
  if (neurogenesis !== undefined && row.kind !== "plastic")
    throw invalid("#/neurogenesis", `is of plastic brains; brain "${row.id}" is ${row.kind}`);
  const births = neurogenesis === undefined ? {} : { neurogenesis };
  const draft = (head: Head): Learned => {
    if (head.mode === "inference") throw frozen(row.id);
    const classified = classifyWithin(memoryBudgetMb, row, head, labels);
    return { type: "learned", inputs, ...classified, ...mannerOf(row, mode ?? head.mode, memorize), ...births };
  };
  const known = ({ newLabels }: Learned, head: Head) => ({ ...stampOf(row, head), newLabels });
  return answered(await brain.change({ draft, known }, terms));
}

/** How a lesson is learned in a mode: a full memory takes every sample in panic, so that it soon is of the world as it is now. */
export function mannerOf(
  { kind }: Pick<BrainRow, "kind">,
  mode: LearningMode,
  memorize: boolean,
): Pick<Learned, "mode" | "memorize" | "isAdmitted"> {
  const isAdmitted = mode === "panic" && memorize && HAS_EPISODIC_MEMORY[kind];
  return { mode, memorize, ...(isAdmitted ? { isAdmitted } : {}) };
}

/** Accuracy, calibration and more on the samples; one state judges all of them, whatever is learned meanwhile. @throws EngramError `validation` */
export async function judge(brain: LiveBrain, { inputs, labels }: EvaluateRequest): Promise<EvaluateAnswer> {
  checkLabels(labels, inputs);
  const request = { inputs, topK: 1 };
  checkScores(request, brain);
  const { predictions, ...stamp } = await brain.predict(request, {}, true);
  const answers = predictions.map(({ label }) => label);
  return { ...stamp, ...evaluate(labels, answers), calibration: calibrationOf(labels, predictions) };
}
