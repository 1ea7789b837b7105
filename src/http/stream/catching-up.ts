// Where a client's stream goes on, and what of its past is gone. Invariant: what is not delivered although it was asked for is named.

import { invalid } from "../../errors.ts";
import type { Ring } from "./ring.ts";
import type { Position, Subscription } from "./subscription.ts";

export type Lost = {
  readonly reason: "too-old" | "server-restarted";
  readonly from: number;
  /** null: to the end of the numbering, which nobody knows. */
  readonly to: number | null;
  readonly events: string;
  readonly metrics: string;
};

export type Start = {
  /** Messages with a higher number are delivered. */ readonly after: number;
  readonly lost: Lost | null;
};

/**
 * @param since the last message that the client had, and where it said so (a JSON pointer)
 * @param epoch of this server
 * @returns where to go on
 * @throws EngramError validation: the message is one of the future
 */
export function startAfter(
  since: Position & { readonly at: string },
  epoch: string,
  ring: Ring,
  subscription: Subscription,
): Start {
  const { streamSeq, at } = since;
  const kept = ring.first - 1;
  if (since.epoch !== epoch) {
    return { after: kept, lost: lost("server-restarted", streamSeq + 1, null, subscription) };
  }
  if (streamSeq > ring.last) throw invalid(`${at}/since/streamSeq`, `is above that of the last message, ${ring.last}`);
  if (streamSeq >= kept) return { after: streamSeq, lost: null };
  return { after: kept, lost: lost("too-old", streamSeq + 1, kept, subscription) };
}

function lost(reason: Lost["reason"], from: number, to: number | null, { brains }: Subscription): Lost {
  const [first = "{brain}", second] = brains ?? [];
  const path = `/v1/brains/${second === undefined ? first : "{brain}"}`;
  return { reason, from, to, events: `${path}/events?after={seq}`, metrics: `${path}/metrics?from={time}` };
}
