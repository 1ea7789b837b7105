// What of a brain's past is kept, as a pure function of what there is and of the time. Invariants: recovery is always possible, and goes
// around one damaged checkpoint where there were two bases; every state of the last `historyDays` days can be had back; what nobody asked
// for is bounded in number.

import type { KeptCheckpoint, KeptHistory } from "../store/history-store.ts";
import { hasBeginning } from "./coverage.ts";

export type RetentionPolicy = {
  /** The newest automatic checkpoints kept. */
  readonly keep: number;
  /** Days (UTC) of which the first automatic checkpoint, and every event, is kept. */
  readonly historyDays: number;
};

const DAY_MS = 86_400_000;

/**
 * The checkpoints with which the log may begin, the best first: the events up to and with its `seq` can go. The caller takes the first
 * sound one.
 */
export function floors(kept: KeptHistory, policy: RetentionPolicy, now: Date): readonly KeptCheckpoint[] {
  const { keep, historyDays } = policy;
  const oldestKept = newest(loose(kept), keep).at(-1)?.seq ?? 0;
  const isPast =
    historyDays === 0
      ? ({ seq }: KeptCheckpoint) => seq <= oldestKept
      : ({ createdAt }: KeptCheckpoint) => createdAt.getTime() < now.getTime() - historyDays * DAY_MS;
  const limit = recoveryLimit(kept);
  return kept.checkpoints.filter((one) => one.seq >= kept.first && one.seq <= limit && isPast(one)).reverse();
}

/** @returns the checkpoints that nobody asked for and nothing needs (any more) */
export function surplus(kept: KeptHistory, policy: RetentionPolicy, now: Date): readonly KeptCheckpoint[] {
  const candidates = loose(kept);
  const needed = new Set([
    ...newest(candidates, policy.keep),
    ...firstOfDays(candidates, policy.historyDays, now),
    ...recoveryBases(kept).slice(-2),
    ...logBase(kept),
  ]);
  return candidates.filter((one) => !needed.has(one));
}

/** Whether the brain, or what is kept of its log, could not be had back without the checkpoint. */
export function isNeeded(id: string, kept: KeptHistory): boolean {
  const without = { ...kept, checkpoints: kept.checkpoints.filter((one) => one.id !== id) };
  const isOnlyBase = recoveryBases(kept).some((one) => one.id === id) && bases(without) === 0;
  const [base] = logBase(kept);
  return isOnlyBase || (base?.id === id && logBase(without)[0]?.seq !== base.seq);
}

/** Those that nobody asked for. One that replaced the state is the base of what follows, as long as the log has what follows. */
const loose = ({ checkpoints, first }: KeptHistory): readonly KeptCheckpoint[] =>
  checkpoints.filter(({ reason, seq }) => reason === "automatic" || (reason !== "requested" && seq < first - 1));

const newest = (checkpoints: readonly KeptCheckpoint[], count: number): readonly KeptCheckpoint[] =>
  checkpoints.slice(-count).reverse();

/**
 * The first checkpoint of each day that has begun since `days` days ago. One that goes back behind an older checkpoint (made to restore
 * a state of the past) is none: it says nothing of its day.
 */
function firstOfDays(checkpoints: readonly KeptCheckpoint[], days: number, now: Date): readonly KeptCheckpoint[] {
  if (days === 0) return [];
  const dayOf = (time: Date): number => Math.floor(time.getTime() / DAY_MS);
  const taken = new Set<number>();
  let reached = 0;
  return checkpoints
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.seq - b.seq)
    .filter(({ seq, createdAt }) => {
      const day = dayOf(createdAt);
      const isFirst = seq >= reached && day >= dayOf(now) - days && !taken.has(day);
      reached = Math.max(reached, seq);
      if (isFirst) taken.add(day);
      return isFirst;
    });
}

/** The checkpoints from which the present state is reached, ascending; of several at one `seq` the newest. */
function recoveryBases({ first, replaced, checkpoints }: KeptHistory): readonly KeptCheckpoint[] {
  const least = Math.max(replaced.at(-1) ?? 0, first - 1);
  const bySeq = new Map(checkpoints.filter(({ seq }) => seq >= least).map((one) => [one.seq, one]));
  return [...bySeq.values()];
}

/** How many bases the present state is reached from, with the beginning. */
const bases = (kept: KeptHistory): number => recoveryBases(kept).length + (isReachedFromBeginning(kept) ? 1 : 0);

const isReachedFromBeginning = (kept: KeptHistory): boolean => hasBeginning(kept) && kept.replaced.length === 0;

/** Up to where events may go without leaving fewer than two bases where there were two. */
function recoveryLimit(kept: KeptHistory): number {
  const checkpoints = recoveryBases(kept);
  if (checkpoints.length >= 2) return checkpoints.at(-2)?.seq ?? 0;
  return isReachedFromBeginning(kept) ? 0 : (checkpoints[0]?.seq ?? 0);
}

/** The checkpoint that the log begins with, when the beginning of the brain is not in it; as a list of one or none. */
function logBase(kept: KeptHistory): readonly KeptCheckpoint[] {
  if (hasBeginning(kept)) return [];
  const seq = kept.checkpoints.find((one) => one.seq >= kept.first - 1)?.seq;
  return kept.checkpoints.filter((one) => one.seq === seq).slice(-1);
}
