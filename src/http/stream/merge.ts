// What may stand for several messages when a reader is slower than they come: lessons of one brain as one lesson, its measures and how far its
// curriculum is as the latest.
// All other messages say something of their own, and are never merged.

import type { FeedMessage } from "../../metrics/feed.ts";
import type { Entry } from "./ring.ts";

/** A message that waits, or several of a kind as one. */
export type Waiting = {
  /** `streamSeq` of the first message that it stands for: its place in line. */
  readonly first: number;
  /** `streamSeq` of the last. */
  readonly through: number;
  /** How many it stands for. */
  readonly count: number;
  readonly message: FeedMessage;
  /** The one message, where it stands for no other: its text is there already. */
  readonly entry: Entry | null;
};

/** @returns under which name messages wait to be merged; null for those that never are */
export const mergeKey = (message: FeedMessage): string | null =>
  isNumbers(message) ? `${message.type} ${message.brain}` : null;

/** @returns the names under which messages of `brain` wait to be merged */
export const mergeKeysOf = (brain: string): readonly string[] => NUMBERS.map((type) => `${type} ${brain}`);

const NUMBERS: readonly string[] = ["learned", "measured", "curriculum"];

/** That a curriculum has ended is said once, and of the next one others are told later. */
const isNumbers = (message: FeedMessage): boolean =>
  NUMBERS.includes(message.type) && (message.type !== "curriculum" || message.state === "running");

/** @returns `entry` as it waits alone */
export const alone = (entry: Entry): Waiting => {
  const { streamSeq, message } = entry;
  return { first: streamSeq, through: streamSeq, count: 1, message, entry };
};

/** @param later of the same merge key, and newer */
export function merged(waiting: Waiting, later: Entry): Waiting {
  return {
    first: waiting.first,
    through: later.streamSeq,
    count: waiting.count + 1,
    message: mergedMessage(waiting.message, later.message),
    entry: null,
  };
}

/** Samples and births add up, shares and rewards are means over samples; all else, and all of other kinds, is what was last. */
function mergedMessage(earlier: FeedMessage, later: FeedMessage): FeedMessage {
  if (earlier.type !== "learned" || later.type !== "learned") return later;
  return {
    ...later,
    samples: earlier.samples + later.samples,
    heldOut: earlier.heldOut + later.heldOut,
    recycled: earlier.recycled + later.recycled,
    accuracy: mean(earlier.accuracy, earlier.samples, later.accuracy, later.samples),
    // Of those that were learned.
    reward: mean(earlier.reward, earlier.samples - earlier.heldOut, later.reward, later.samples - later.heldOut),
  };
}

/** @returns the mean of `a` and `b`, which stand for so many each; 0 where there are none */
const mean = (a: number, countA: number, b: number, countB: number): number =>
  countA + countB === 0 ? 0 : (a * countA + b * countB) / (countA + countB);
