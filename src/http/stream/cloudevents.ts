// Messages as CloudEvents 1.0 in the JSON event format (cloudevents.io: spec, formats/json-format, bindings/websockets-protocol-binding): the
// message itself is `data`. Invariant: `source` and `id` together name one message; `sequence` orders those of the feed as text does.

import type { FeedMessage } from "../../metrics/feed.ts";
import { type Encoding, mergedText } from "./encoding.ts";
import type { Entry } from "./ring.ts";

/** Digits of the largest number that JSON readers keep: text of one length orders as numbers do. */
const SEQUENCE_DIGITS = 16;

/** @param epoch of this start of the server: numbers begin anew with each */
export function cloudEvents(epoch: string): Encoding {
  const head = ({ brain, type, time }: FeedMessage, id: string, streamSeq: number): string => {
    const attributes = {
      specversion: "1.0",
      id: `${epoch}/${id}`,
      source: `/v1/brains/${brain}`,
      type: `io.engram.brain.${type}`,
      time,
      sequence: String(streamSeq).padStart(SEQUENCE_DIGITS, "0"),
      datacontenttype: "application/json",
    };
    return `${JSON.stringify(attributes).slice(0, -1)},"data":`;
  };
  // A message goes to many streams in a row.
  let latest: { readonly entry: Entry; readonly bytes: Uint8Array } | null = null;
  const enveloped = (entry: Entry): Uint8Array => {
    const { message, streamSeq, bytes } = entry;
    return Buffer.concat([Buffer.from(head(message, String(streamSeq), streamSeq)), bytes, Buffer.from("}")]);
  };
  return {
    entry(entry) {
      if (latest?.entry !== entry) latest = { entry, bytes: enveloped(entry) };
      return latest.bytes;
    },
    merged(waiting) {
      const { first, through, message } = waiting;
      return Buffer.from(`${head(message, `${first}-${through}`, first)}${mergedText(waiting)}}`);
    },
    own(message, id) {
      const { time } = message;
      const type = message.type === "server" ? "io.engram.server" : `io.engram.stream.${message.type}`;
      const attributes = {
        specversion: "1.0",
        id: `${epoch}/${id}`,
        source: "/v1",
        type,
        time,
      };
      return Buffer.from(JSON.stringify({ ...attributes, datacontenttype: "application/json", data: message }));
    },
  };
}
