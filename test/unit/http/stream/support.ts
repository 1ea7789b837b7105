// Messages of the feed for tests of streams, and how many of them a stream has told of.

import type { FeedMessage } from "../../../../src/metrics/feed.ts";
import type { Told } from "../../../support/stream.ts";

const stamp = (brain: string, seq: number) => ({ brain, seq, step: seq, time: "2026-03-01T09:30:05.120Z" });

export const learned = (brain: string, seq: number, samples = 1, accuracy = 1, heldOut = 0): FeedMessage => ({
  ...stamp(brain, seq),
  type: "learned",
  samples,
  accuracy,
  reward: accuracy,
  recycled: 1,
  heldOut,
  memory: { stored: seq, capacity: 1000 },
});

export const modeChanged = (brain: string, seq: number): FeedMessage => ({
  ...stamp(brain, seq),
  type: "modeChanged",
  mode: "panic",
});

export const created = (brain: string): FeedMessage => ({ ...stamp(brain, 0), type: "created" });
export const deleted = (brain: string, seq = 9): FeedMessage => ({ ...stamp(brain, seq), type: "deleted" });

/** @returns of how many messages of the feed `told` gives an account */
export const accountedFor = (told: readonly Told[]): number =>
  told.reduce((sum, { type, count = 0, streamSeq, coalesced = 1 }) => {
    if (type === "dropped") return sum + count;
    return streamSeq !== undefined && type !== "hello" ? sum + coalesced : sum;
  }, 0);
