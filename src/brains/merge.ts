// A brain takes in what another one knows, or has learned since a state that both came from. The states are brought beside the live ones, the new one is made there, and its
// checkpoint and the event that says what came are one transaction. Invariants: the other brain is read at one `seq` and left as it is; whatever fails, this one is as it was.

import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { classMap } from "../brain/arriving.ts";
import type { Merge } from "../brain/brain.ts";
import type { Blueprint } from "../brain/config.ts";
import type { Merged } from "../brain/events.ts";
import { hasSums, MAX_READOUT_CLASSES } from "../brain/limits.ts";
import { mergeObstacles } from "../brain/merge-check.ts";
import { residentBytes } from "../brain/resident-bytes.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import { EngramError, invalid } from "../errors.ts";
import type { MergedMessage } from "../metrics/feed.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointStore } from "../store/checkpoint-store.ts";
import type { Head } from "../store/event-log.ts";
import type { HistoryStore } from "../store/history-store.ts";
import { CHUNK_BYTES } from "./adoption.ts";
import type { MergeAnswer, MergeRequest } from "./api.ts";
import { excessOf } from "./excess.ts";
import { frozen } from "./frozen.ts";
import { checkLabelBytes } from "./head.ts";
import type { LiveBrain } from "./live-brain.ts";
import { type Base, baseOf, type FindBrain, hasTakenIn, notFromBase } from "./merge-base.ts";
import type { Fields, Place } from "./place.ts";
import { refuseMismatch, type Terms } from "./terms.ts";
import type { Visits } from "./visit.ts";
import { type Conditions, stampOf, type Writer } from "./writer.ts";

export type MergeParts = {
  readonly visits: Visits;
  readonly checkpoints: CheckpointStore;
  readonly history: HistoryStore;
  readonly logger: Logger;
  readonly memoryBudgetMb: number;
};

const REMEDY = " Brains that are to be merged are created with one configuration.";

/** A state of a brain, as a merge looks at it. */
type State = { readonly row: BrainRow; readonly head: Head };

/**
 * @param find finds the other brains, which are left as they are; not asked for a merge that was made before
 * @throws EngramError not-mergeable, brain-frozen, brain-quarantined, seq-mismatch; `validation` for the brain itself, and where it would become too large;
 * for the base as `baseOf`; what `find` throws
 */
export function merge(
  brain: LiveBrain,
  request: MergeRequest,
  find: FindBrain,
  parts: MergeParts,
  terms: Terms,
): Promise<MergeAnswer> {
  return brain.answerOnce(terms, async (conditions) => {
    refuseMismatch(brain.row.id, brain.head, conditions.ifMatch); // before work that would be for nothing
    const source = await find(request.source, "#/source");
    const other = { row: source.row, head: source.head };
    checkMerge(brain, other, parts.memoryBudgetMb);
    const base = request.base === undefined ? null : await baseOf(request.base, source, find, parts.history);
    await brain.saveAdmitted(); // so that there is little to replay while changes wait
    // Room and the other state first: who waits for room must not keep changes waiting.
    const bytes = bytesOf(brain) + bytesOf(other) + (base === null ? 0 : bytesOf(base));
    return parts.visits.meeting(bytes, async (bring) => {
      const theirs = await bring(other.row, other.head.seq);
      const since = base && { ...base, key: (await bring(base.row, base.seq)).key };
      return brain.replaceAdmitted(async (writer) => {
        const state = { row: brain.row, head: writer.head };
        checkMerge(state, other, parts.memoryBudgetMb);
        const place = await bring(state.row, state.head.seq);
        const startedAt = performance.now();
        const fields = { other: theirs.key, seq: state.head.seq + 1 };
        const result =
          since === null
            ? (await place.request("merge", fields)).result
            : await mergedSince(since, place, fields, { own: state, source: other.row }, parts.history);
        const made = await commit(place, { state, other, base, merge: result, writer }, parts, conditions);
        tell(made, performance.now() - startedAt, parts.logger);
        return made;
      }, conditions);
    });
  });
}

/** @param since a base, by its key in the host of the place. @throws EngramError not-mergeable */
async function mergedSince(
  since: Base & { readonly key: string },
  place: Place,
  fields: Fields<"merge">,
  { own, source }: { readonly own: State; readonly source: BrainRow },
  history: HistoryStore,
): Promise<Merge> {
  const isIn = await hasTakenIn(own, source, since, history);
  const { result } = await place.request("mergeSince", { ...fields, base: since.key, hasTakenIn: isIn });
  if ("notFromBase" in result) throw notFromBase(result, since, { own: own.row, source });
  return result;
}

type Making = {
  readonly state: State;
  readonly other: State;
  readonly base: Base | null;
  readonly merge: Merge;
  readonly writer: Writer;
};
type Made = { readonly answer: MergeAnswer; readonly heard: MergedMessage };

/** Writes the state at `place` as the brain's checkpoint, with the event. */
function commit(
  place: Place,
  { state, other, base, merge: { memory, ...came }, writer }: Making,
  { checkpoints }: MergeParts,
  { claim }: Conditions,
): Promise<Made> {
  const { row } = state;
  return place.snapshot(CHUNK_BYTES, ({ head: taken, header, hashes, readChunk }) => {
    const { seq, step, mode, labels, shape } = taken;
    const head = { seq, step, mode, labels, shape };
    const since = base && { base: { brain: base.row.id, seq: base.seq } };
    const event: Merged = { type: "merged", source: other.row.id, sourceSeq: other.head.seq, ...since, ...came };
    const { type, newLabels, ...facts } = { ...event, memory };
    const answer = { ...stampOf(row, head), ...facts, newLabels };
    const own = { id: randomUUID(), name: null, reason: "merged" as const, chunkBytes: CHUNK_BYTES };
    return checkpoints.ready(row.uid, { ...taken, ...own, header, hashes }, readChunk, async (checkpoint) => {
      await writer.replace({ event, head, checkpoint, key: claim && { ...claim, known: answer } });
      return { answer, heard: { type, ...facts } };
    });
  });
}

function tell({ answer }: Made, ms: number, logger: Logger): void {
  const { brain, seq, source, sourceSeq, base, samples, remembered, newLabels } = answer;
  const since = base && { base: base.brain, baseSeq: base.seq };
  const facts = { brain, seq, source, sourceSeq, ...since, samples, remembered, newClasses: newLabels.length };
  logger.info({ ...facts, durationMs: Math.round(ms) }, "brain merged");
}

/** @throws EngramError not-mergeable, brain-frozen, validation */
function checkMerge({ row, head }: State, other: State, budgetMb: number): void {
  if (row.uid === other.row.uid) throw invalid("#/source", "is the brain itself, which would count everything twice");
  if (head.mode === "inference") throw frozen(row.id);
  const blueprint = effectiveBlueprint(row, head.shape);
  const obstacles = mergeObstacles(blueprint, effectiveBlueprint(other.row, other.head.shape));
  if (obstacles.length > 0) {
    const fields = obstacles.map((detail) => ({ pointer: "#/source", detail }));
    const detail = `Brain "${other.row.id}" ${obstacles.join("; ")}.${row.kind === "plastic" ? REMEDY : ""}`;
    throw new EngramError("not-mergeable", detail, fields);
  }
  const { newLabels } = classMap(head.labels, other.head.labels);
  if (newLabels.length > 0) checkClasses(blueprint, [...head.labels, ...newLabels], budgetMb);
}

function checkClasses(blueprint: Blueprint, labels: readonly string[], budgetMb: number): void {
  const excess = excessOf(blueprint, budgetMb, labels.length);
  if (excess !== null) throw invalid("#/source", `makes, with ${labels.length} classes, ${excess}`);
  if (hasSums(blueprint) && labels.length > MAX_READOUT_CLASSES) {
    throw invalid(
      "#/source",
      `makes ${labels.length} classes; with this readout a brain has ${MAX_READOUT_CLASSES} at most`,
    );
  }
  checkLabelBytes(labels, "#/source");
}

const bytesOf = ({ row, head }: State): number =>
  residentBytes(effectiveBlueprint(row, head.shape), head.labels.length);
