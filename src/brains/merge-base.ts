// The state that two brains came from, where a merge names one: which it is, whether it can be had back, and what is said where a brain came from another.

import { summarizeEvent } from "../brain/event-summary.ts";
import { REPLACING } from "../brain/events.ts";
import { baseObstacles } from "../brain/merge-check.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import type { NotFromBase } from "../brain/since.ts";
import { EngramError, invalid } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { Head } from "../store/event-log.ts";
import type { HistoryStore } from "../store/history-store.ts";
import type { MergeBase } from "./api.ts";
import { refuseUnkept } from "./coverage.ts";
import type { LiveBrain } from "./live-brain.ts";

/** Finds a brain. @param pointer to where the request names it @throws EngramError brain-not-found */
export type FindBrain = (id: string, pointer: string) => Promise<LiveBrain>;

/** The brain that was in it, as that is now, and which of its states it is. */
export type Base = { readonly row: BrainRow; readonly head: Head; readonly seq: number };

/**
 * @param source whose past it is where the request names no other brain
 * @throws EngramError `validation` for a `seq` that is still to come, or that nothing says; `state-not-found` for one that is not kept any more; `not-mergeable`
 * for a brain that the source cannot have come from; what `find` throws
 */
export async function baseOf(
  request: MergeBase,
  source: LiveBrain,
  find: FindBrain,
  history: HistoryStore,
): Promise<Base> {
  const { row, head } = request.brain === undefined ? source : await find(request.brain, "#/base/brain");
  const seq = request.seq ?? source.row.origin?.seq;
  if (seq === undefined) {
    throw invalid("#/base/seq", `is missing: brain "${source.row.id}" was created here and began with nothing`);
  }
  await refuseUnkept({ row, head }, seq, "#/base/seq", history);
  const obstacles = baseObstacles(
    effectiveBlueprint(source.row, source.head.shape),
    effectiveBlueprint(row, head.shape),
  );
  if (obstacles.length > 0) throw refusal(row.id, obstacles.join("; "), `Brain "${source.row.id}" cannot come from it`);
  return { row, head, seq };
}

/**
 * @param own the brain that takes in, as it is now
 * @returns whether it has taken the base in before, as its log says
 * @throws EngramError not-mergeable where it has taken in what the source learned after the base
 */
export async function hasTakenIn(
  own: { readonly row: BrainRow; readonly head: Head },
  source: BrainRow,
  base: Base,
  history: HistoryStore,
): Promise<boolean> {
  const through = await takenThrough(own, source.id, history);
  if (through !== null && base.seq < through) {
    const reason = `has taken in before what brain "${source.id}" knew at seq ${through}: what it learned since is added by "base": {"seq": ${through}}`;
    throw refusal(own.row.id, reason, "It would count twice");
  }
  return base.row.uid === source.uid && base.seq === through;
}

/** Far more than a brain has events that replaced its state. */
const EVENTS = { before: null, after: null, since: null, until: null, limit: 10_000 };

/** @returns up to which `seq` of the source its knowledge is in the brain, on the line of states that led to the present one; null where the log knows of none */
async function takenThrough(
  { row, head }: { readonly row: BrainRow; readonly head: Head },
  source: string,
  history: HistoryStore,
): Promise<number | null> {
  const events = [];
  for (const type of REPLACING) events.push(...(await history.events(row.uid, { ...EVENTS, type })));
  let at = head.seq;
  for (const { seq, type, header } of events.sort((a, b) => b.seq - a.seq)) {
    if (seq > at) continue; // of a state that was left
    const { details } = summarizeEvent(type === "merged" ? type : "restored", header);
    if (type === "restored") at = details.from ?? 0;
    else if (details.source === source) return details.sourceSeq ?? null;
  }
  return null;
}

/** The two brains. */
type Parties = Readonly<Record<NotFromBase["notFromBase"], Pick<BrainRow, "id">>>;

/** What is thrown where one of the two did not come from the base. */
export function notFromBase(
  { notFromBase: party, reason }: NotFromBase,
  { row, seq }: Base,
  parties: Parties,
): EngramError {
  return refusal(parties[party].id, reason, `What was learned since seq ${seq} of brain "${row.id}" cannot be told`);
}

const refusal = (brain: string, reason: string, what: string): EngramError =>
  new EngramError("not-mergeable", `${what}: brain "${brain}" ${reason}.`, [{ pointer: "#/base", detail: reason }]);
