// Late labels: each is held against the prediction made then, and those that are news are learned together, as one event whose commit also
// settles them. Invariant: a prediction is learned at most once, and settled exactly when it is learned.

import type { LearningMode } from "../brain/config.ts";
import type { Settlement } from "../store/event-log.ts";
import type { TrackedPrediction } from "../store/tracked-predictions.ts";
import { zeros } from "../tensor/matrix.ts";
import type { FeedbackAnswer, FeedbackItem, FeedbackRequest, FeedbackResult } from "./api.ts";
import { classifyWithin } from "./classes.ts";
import { frozen } from "./frozen.ts";
import type { LiveBrain } from "./live-brain.ts";

/** A label that is news, and the input that it belongs to. */
export type Lesson = Settlement & { readonly input: Float32Array };

/** Ids are UUIDs; other text names no prediction, and PostgreSQL would refuse it. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws EngramError `brain-frozen` before anything; what a change throws, and then nothing is settled or all of it (ask again) */
export function giveFeedback(
  brain: LiveBrain,
  { items, mode }: FeedbackRequest,
  budgetMb: number,
): Promise<FeedbackAnswer> {
  const named = items.map(({ id, label }) => ({ id: id.toLowerCase(), label }));
  const ids = [...new Set(named.map(({ id }) => id))].filter((id) => UUID.test(id));
  return brain.admitted(async () => {
    if (brain.head.mode === "inference") throw frozen(brain.row.id);
    return brain.tracking.settling(ids, async (found) => {
      const { results, lessons } = judge(named, found);
      const { stamp, outcome } = await learn(brain, lessons, mode, budgetMb);
      const right = lessons.filter(({ isCorrect }) => isCorrect).length;
      return {
        ...stamp,
        results: results.map((result, index) => ({ ...result, id: items[index]?.id ?? result.id })),
        counts: countsOf(results),
        accuracy: lessons.length === 0 ? null : right / lessons.length,
        learn: outcome,
      };
    });
  });
}

/**
 * Says of each item what becomes of it.
 * @param items ids in lower case
 * @returns results in the order of the items, and what there is to learn, in their order
 */
export function judge(
  items: readonly FeedbackItem[],
  found: ReadonlyMap<string, TrackedPrediction>,
): { readonly results: readonly FeedbackResult[]; readonly lessons: readonly Lesson[] } {
  const lessons = new Map<string, Lesson>();
  const results = items.map(({ id, label }): FeedbackResult => {
    const prediction = found.get(id);
    if (prediction === undefined) return { id, status: "unknown" };
    const { input, label: predicted, isCorrect: settled, isExpired } = prediction;
    const known = lessons.get(id)?.isCorrect ?? settled;
    if (known !== null) return { id, status: "duplicate", predicted, correct: known };
    if (isExpired) return { id, status: "expired" };
    if (input === null) throw new Error(`prediction ${id} is pending without an input`);
    const isCorrect = predicted === label;
    lessons.set(id, { id, label, isCorrect, input });
    return { id, status: "learned", predicted, correct: isCorrect };
  });
  return { results, lessons: [...lessons.values()] };
}

async function learn(brain: LiveBrain, lessons: readonly Lesson[], mode: LearningMode | undefined, budgetMb: number) {
  if (lessons.length === 0) return { stamp: brain.stamp, outcome: null };
  const labels = lessons.map(({ label }) => label);
  const { event, outcome, stamp } = await brain.changeAdmitted((head) => {
    if (head.mode === "inference") throw frozen(brain.row.id);
    const inputs = inputsOf(lessons);
    const classified = classifyWithin(budgetMb, brain.row, head, labels);
    return { type: "learned" as const, inputs, ...classified, mode: mode ?? head.mode, memorize: true };
  }, lessons);
  const { type: _, ...measures } = outcome;
  return { stamp, outcome: { ...measures, newLabels: event.newLabels } };
}

function inputsOf(lessons: readonly Lesson[]) {
  const cols = lessons[0]?.input.length ?? 0;
  const inputs = zeros(lessons.length, cols);
  for (const [row, { input }] of lessons.entries()) inputs.data.set(input, row * cols);
  return inputs;
}

function countsOf(results: readonly FeedbackResult[]): FeedbackAnswer["counts"] {
  const counts = { learned: 0, duplicate: 0, unknown: 0, expired: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}
