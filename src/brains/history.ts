// A brain's past, told to whoever has to find his way back in it: which states can be had back, and what each event did.

import { EVENT_TYPES, summarizeEvent } from "../brain/event-summary.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { decodeCursor, encodeCursor } from "../store/cursor.ts";
import type { EventHead, HistoryStore } from "../store/history-store.ts";
import { toOneOf } from "../store/stored-values.ts";
import type { EventEntry, EventsAnswer, EventsRequest, HistoryAnswer } from "./api.ts";
import type { CheckpointPolicy } from "./checkpointer.ts";
import { coverage } from "./coverage.ts";
import { brainNotFound } from "./not-found.ts";

/** @throws EngramError `brain-not-found` */
export async function describeHistory(
  row: BrainRow,
  history: HistoryStore,
  { everyEvents, everySeconds, keep, historyDays }: CheckpointPolicy,
): Promise<HistoryAnswer> {
  const survey = await history.survey(row.uid);
  if (survey === null) throw brainNotFound(row.id);
  const { head, first, step, mode, checkpoints } = survey;
  const ranges = coverage(survey);
  const times = await history.times(
    row.uid,
    ranges.flatMap(({ from, to }) => [from, to]),
  );
  // An event that is not kept any more has left its state in a checkpoint; the beginning is no event.
  const timeOf = (seq: number): string => {
    const time = times.get(seq) ?? checkpoints.find((one) => one.seq === seq && seq > 0)?.createdAt ?? row.createdAt;
    return time.toISOString();
  };
  const isEmpty = survey.events === 0;
  return {
    brain: row.id,
    seq: head,
    step,
    mode,
    ranges: ranges.map(({ from, to }) => ({ from, to, fromAt: timeOf(from), toAt: timeOf(to) })),
    log: {
      from: isEmpty ? null : first,
      to: isEmpty ? null : head,
      events: survey.events,
      bytes: survey.eventBytes,
    },
    checkpoints: { count: checkpoints.length, bytes: survey.chunkBytes },
    policy: { everyEvents, everySeconds, keep, historyDays },
  };
}

/** @throws EngramError `validation` for a cursor that is not ours */
export async function pageOfEvents(
  row: BrainRow,
  request: EventsRequest,
  history: HistoryStore,
): Promise<EventsAnswer> {
  const { limit, cursor, before, after, since, until, type } = request;
  const [last] = cursor === undefined ? [] : decodeCursor(cursor, ["number"]);
  const end = Math.min(before ?? Number.POSITIVE_INFINITY, Number(last ?? Number.POSITIVE_INFINITY));
  const wanted = {
    before: Number.isSafeInteger(end) ? end : null,
    after: after ?? null,
    since: since ?? null,
    until: until ?? null,
    type: type ?? null,
    limit: limit + 1,
  };
  const heads = await history.events(row.uid, wanted);
  const events = heads.slice(0, limit).map(entryOf);
  const next = heads.length > limit ? events.at(-1) : undefined;
  return { brain: row.id, events, nextCursor: next === undefined ? null : encodeCursor(next.seq) };
}

const entryOf = ({ seq, type, time, bytes, header }: EventHead): EventEntry => ({
  seq,
  time: time.toISOString(),
  bytes,
  ...summarizeEvent(toOneOf(EVENT_TYPES, type), header),
});
