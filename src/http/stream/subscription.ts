// What a client wants to hear, as it says so: one message, checked like the body of a request.

import { EngramError, invalid } from "../../errors.ts";
import type { FeedMessage } from "../../metrics/feed.ts";
import { BrainId } from "../schemas/common.ts";
import { StreamPosition, StreamTopic, type Subscribe, SubscribeSchema, type Topic } from "../schemas/subscribe.ts";
import { strictCheck } from "../validation.ts";
import { toFieldError } from "../violations.ts";

/** What is in force on a stream. */
export type Subscription = {
  /** null: all brains. */
  readonly brains: ReadonlySet<string> | null;
  readonly topics: ReadonlySet<Topic>;
  readonly maxPerSecond: number | null;
};

/** Where a client wants to go on. */
export type Position = { readonly epoch: string; readonly streamSeq: number };

/** @param brain the one that the stream's path is about; null: all */
export const defaultSubscription = (brain: string | null): Subscription => ({
  brains: brain === null ? null : new Set([brain]),
  topics: new Set(["events"]),
  maxPerSecond: null,
});

const TOPIC_OF: ReadonlyMap<string, Topic> = new Map([
  ["measured", "measures"],
  ["curriculum", "curricula"],
]);

export const topicOf = (type: string): Topic => TOPIC_OF.get(type) ?? "events";

/** @returns whether a message of the feed is for whoever subscribed so */
export const wants = ({ brains, topics }: Subscription, { type, brain }: FeedMessage): boolean =>
  topics.has(topicOf(type)) && (brains === null || brains.has(brain));

const check = strictCheck(SubscribeSchema, { BrainId, StreamTopic, StreamPosition });

/** What a client asked for, and where in its message that stands. */
export type Wish = {
  readonly subscription: Subscription;
  readonly since: Position | null;
  /** A JSON pointer: `#`, or into the envelope of CloudEvents. */
  readonly at: string;
};

/**
 * Reads what a client said, as it is or in the envelope of CloudEvents.
 * @param brain the one that the stream's path is about; null: all
 * @throws EngramError not-json, validation
 */
export function readSubscribe(text: string, brain: string | null): Wish {
  const value = parsed(text);
  const [said, at] = isEnvelope(value) ? [value.data, "#/data"] : [value, "#"];
  const { brains, topics, since, maxPerSecond } = checked(said, at);
  const foreign = brain === null ? -1 : (brains ?? []).findIndex((id) => id !== brain);
  if (foreign >= 0) {
    throw invalid(`${at}/brains/${foreign}`, `is not ${JSON.stringify(brain)}, which this stream is about`);
  }
  const standard = defaultSubscription(brain);
  const subscription = {
    brains: (brains ?? null) === null ? standard.brains : new Set(brains),
    topics: topics === undefined ? standard.topics : new Set(topics),
    maxPerSecond: maxPerSecond ?? null,
  };
  return { subscription, since: since ?? null, at };
}

const isEnvelope = (value: unknown): value is { readonly data?: unknown } =>
  typeof value === "object" && value !== null && "specversion" in value;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it does not parse";
    throw new EngramError("not-json", `The message is not JSON: ${reason}.`);
  }
}

function checked(value: unknown, at: string): Subscribe {
  const violation = check(value);
  // The schema has vouched for it.
  if (violation === undefined) return value as Subscribe;
  const { pointer, detail } = toFieldError(violation, "body");
  throw invalid(`${at}${pointer.slice(1)}`, detail);
}
