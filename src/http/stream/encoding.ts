// How messages are written on a stream: as they are (`engram.v1`), or in the envelope of CloudEvents (`cloudevents.json`).
// Which of them is the client's choice, by WebSocket subprotocol.

import type { OwnMessage } from "../schemas/stream.ts";
import type { Waiting } from "./merge.ts";
import type { Entry } from "./ring.ts";

export type Encoding = {
  /** @returns a message of the feed that stands for itself; the same bytes for all streams, where that can be */
  entry(entry: Entry): Uint8Array;
  /** @returns a message that stands for several */
  merged(waiting: Waiting): Uint8Array;
  /** @param id names the message among all of this server's own */
  own(message: OwnMessage, id: string): Uint8Array;
};

/** @returns what is sent of a message that stands for several */
export const mergedText = ({ first, through, count, message }: Waiting): string =>
  JSON.stringify({ streamSeq: first, ...message, coalesced: count, through });

/** One JSON document a message, as docs/stream.md describes it. */
export const PLAIN: Encoding = {
  entry: ({ bytes }) => bytes,
  merged: (waiting) => Buffer.from(mergedText(waiting)),
  own: (message) => Buffer.from(JSON.stringify(message)),
};
