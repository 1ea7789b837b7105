// What listeners want to hear of the stream, and what of that a message is. One subscription stands for all of them.

import type { StreamMessage, Topic } from "./types.ts";

export type Wish = {
  /** Ids; null for all brains. */
  readonly brains: readonly string[] | null;
  readonly topics: readonly Topic[];
  /** Most messages a second; numbers are merged beyond. */
  readonly maxPerSecond: number;
};

/** @returns what covers all of `wishes`; null where there are none */
export function combined(wishes: readonly Wish[]): Wish | null {
  if (wishes.length === 0) return null;
  const isAll = wishes.some(({ brains }) => brains === null);
  return {
    brains: isAll ? null : [...new Set(wishes.flatMap(({ brains }) => brains ?? []))],
    topics: [...new Set(wishes.flatMap(({ topics }) => topics))],
    maxPerSecond: Math.max(...wishes.map(({ maxPerSecond }) => maxPerSecond)),
  };
}

function topicOf({ type }: StreamMessage): Topic {
  if (type === "measured") return "measures";
  return type === "curriculum" ? "curricula" : "events";
}

/** Whether a message of the common subscription is meant by `wish`. */
export function isWanted({ brains, topics }: Wish, message: StreamMessage): boolean {
  if (message.type === "server") return topics.includes("server");
  if (!topics.includes(topicOf(message))) return false;
  return brains === null || ("brain" in message && brains.includes(message.brain));
}
