// What happened beside the numbers: modes, tasks, drift, checkpoints. From the history, and live on top of it. Pure.
// Invariant: in the order of their times, each once, the newest `MAX_MARKS`.

import type { Marker, StreamMessage } from "../api/types.ts";

export type Mark = {
  readonly timeMs: number;
  readonly seq: number;
  readonly type: string;
  readonly details: { readonly [name: string]: unknown };
};

/** As many as the history tells at once. */
export const MAX_MARKS = 1000;

/** Not beside numbers: too many, or nothing to see there. */
const UNMARKED: ReadonlySet<string> = new Set(["created", "deleted", "learned", "measured"]);

export const markOf = ({ time, seq, type, details }: Marker): Mark => ({
  timeMs: Date.parse(time),
  seq,
  type,
  details,
});

/** @returns what a message of the stream is to be marked with; null for most of them */
export function markOfMessage(message: StreamMessage): Mark | null {
  if (!("seq" in message) || UNMARKED.has(message.type)) return null;
  const { streamSeq: _, brain: _brain, step: _step, time, seq, type, ...details } = message;
  return { timeMs: Date.parse(time), seq, type, details };
}

const keyOf = ({ timeMs, seq, type }: Mark): string => `${timeMs} ${seq} ${type}`;

/** @returns all of both, in order */
export function mergeMarks(some: readonly Mark[], others: readonly Mark[]): readonly Mark[] {
  const byKey = new Map([...some, ...others].map((mark) => [keyOf(mark), mark]));
  return [...byKey.values()].sort((a, b) => a.timeMs - b.timeMs || a.seq - b.seq).slice(-MAX_MARKS);
}

/** A stretch in one mode. */
export type ModeStretch = { readonly fromMs: number; readonly toMs: number; readonly mode: string };

/**
 * @param now the mode that the brain is in, for a stretch in which it did not change
 * @returns which mode the brain was in when; a time before the first change is left out, as nothing here tells of it
 */
export function modeStretches(
  marks: readonly Mark[],
  fromMs: number,
  toMs: number,
  now: string | null,
): readonly ModeStretch[] {
  const changes = marks.filter(({ type, details }) => type === "modeChanged" && typeof details.mode === "string");
  if (changes.length === 0) return now === null ? [] : [{ fromMs, toMs, mode: now }];
  return changes
    .map(({ timeMs, details }, place) => ({
      fromMs: Math.max(fromMs, timeMs),
      toMs: Math.min(toMs, changes[place + 1]?.timeMs ?? toMs),
      mode: String(details.mode),
    }))
    .filter((stretch) => stretch.fromMs < stretch.toMs);
}

/** @returns those at most `reachMs` away, the nearest first */
export const marksNear = (marks: readonly Mark[], timeMs: number, reachMs: number): readonly Mark[] =>
  marks
    .filter((mark) => Math.abs(mark.timeMs - timeMs) <= reachMs)
    .sort((a, b) => Math.abs(a.timeMs - timeMs) - Math.abs(b.timeMs - timeMs));
