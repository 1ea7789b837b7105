// Late labels: each is held against the prediction made then, and those that are news are learned together, as one event whose commit also
// settles them. Invariant: a prediction is learned at most once, and settled exactly when it is learned.

import type { LearningMode } from "../brain/config.ts";
import type { Learned, LearnOutcome } from "../brain/events.ts";
import type { Settlement } from "../store/event-log.ts";
import type { TrackedPrediction } from "../store/tracked-predictions.ts";
import { zeros } from "../tensor/matrix.ts";
import type {
  FeedbackAnswer,
  FeedbackItem,
  FeedbackRequest,
  FeedbackResult,
  FeedbackSummary,
  StateStamp,
} from "./api.ts";
import { classifyWithin } from "./classes.ts";
import { frozen } from "./frozen.ts";
import { mannerOf } from "./lessons.ts";
import type { LiveBrain } from "./live-brain.ts";
import { refuseMismatch, type Terms } from "./terms.ts";
import { type Change, type Conditions, type Done, stampOf } from "./writer.ts";

/** A label that is news, and the input that it belongs to. */
export type Lesson = Settlement & { readonly input: Float32Array };

/** Ids are UUIDs; other text names no prediction, and PostgreSQL would refuse it. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws EngramError `brain-frozen` before anything; what a change throws, and then nothing is settled or all of it (ask again) */
export async function giveFeedback(
  brain: LiveBrain,
  request: FeedbackRequest,
  budgetMb: number,
  terms: Terms,
): Promise<FeedbackAnswer> {
  const { items } = request;
  const named = items.map(({ id, label }) => ({ id: id.toLowerCase(), label }));
  const ids = [...new Set(named.map(({ id }) => id))].filter((id) => UUID.test(id));
  const { known, outcome } = await brain.once(terms, async (conditions) => {
    if (brain.head.mode === "inference") throw frozen(brain.row.id);
    return brain.tracking.settling(ids, (found) => {
      const { results, lessons } = judge(named, found);
      const judged = { results: results.map((result, index) => ({ ...result, id: items[index]?.id ?? result.id })) };
      return learn(brain, { ...judged, ...figuresOf(results, lessons) }, lessons, request.mode, budgetMb, conditions);
    });
  });
  const { newLabels, ...answer } = known;
  if (outcome === null) return { ...answer, learn: null };
  const { type: _, ...measures } = outcome;
  return { ...answer, learn: { ...measures, newLabels } };
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

type Judgement = Pick<FeedbackAnswer, "results" | "counts" | "accuracy">;

async function learn(
  brain: LiveBrain,
  judgement: Judgement,
  lessons: readonly Lesson[],
  mode: LearningMode | undefined,
  budgetMb: number,
  conditions: Conditions,
): Promise<Done<StateStamp & Judgement & { readonly newLabels: readonly string[] }, LearnOutcome | null>> {
  const { row, head, stamp } = brain;
  if (lessons.length === 0) {
    refuseMismatch(row.id, head, conditions.ifMatch);
    return { known: { ...stamp, ...judgement, newLabels: [] }, outcome: null };
  }
  const labels = lessons.map(({ label }) => label);
  const change: Change<Learned, StateStamp & Judgement & { readonly newLabels: readonly string[] }> = {
    draft: (head) => {
      if (head.mode === "inference") throw frozen(row.id);
      const classified = classifyWithin(budgetMb, row, head, labels);
      const manner = mannerOf(row, mode ?? head.mode, true);
      return { type: "learned", inputs: inputsOf(lessons), ...classified, ...manner };
    },
    known: ({ newLabels }, head) => ({ ...stampOf(row, head), ...judgement, newLabels }),
    settles: lessons,
  };
  return brain.changeAdmitted(change, conditions);
}

function inputsOf(lessons: readonly Lesson[]) {
  const cols = lessons[0]?.input.length ?? 0;
  const inputs = zeros(lessons.length, cols);
  for (const [row, { input }] of lessons.entries()) inputs.data.set(input, row * cols);
  return inputs;
}

function figuresOf(results: readonly FeedbackResult[], lessons: readonly Lesson[]) {
  const counts = { learned: 0, duplicate: 0, unknown: 0, expired: 0 };
  for (const { status } of results) counts[status]++;
  const right = lessons.filter(({ isCorrect }) => isCorrect).length;
  return { counts, accuracy: lessons.length === 0 ? null : right / lessons.length };
}

/** How the brain's tracked predictions stand. */
export async function summarizeFeedback({ tracking, stamp }: LiveBrain): Promise<FeedbackSummary> {
  const { correct, oldestPendingAt, ...counts } = await tracking.summary();
  return {
    ...stamp,
    ...counts,
    oldestPendingAt: oldestPendingAt?.toISOString() ?? null,
    ttlHours: tracking.ttlHours,
    accuracy: counts.settled === 0 ? null : correct / counts.settled,
  };
}
