// What has just happened, for clients that were away for a moment: the last messages of the feed, numbered. Invariant: numbers ascend by one,
// and what is kept is bounded by count and by bytes; the oldest goes first, and those who still read from here hear of it before it is gone.

import type { FeedMessage } from "../../metrics/feed.ts";
import { Fifo } from "./fifo.ts";

/** A message of the feed with its number, and as the text that goes to everybody. */
export type Entry = {
  /** From 1; one numbering for all brains, anew with each start of the server. */
  readonly streamSeq: number;
  readonly message: FeedMessage;
  /** JSON in UTF-8. */
  readonly bytes: Uint8Array;
};

export type RingLimits = { readonly messages: number; readonly bytes: number };

/** Who reads from the ring at its own pace. */
export type RingReader = { evicted(entry: Entry): void };

export class Ring {
  readonly #limits: RingLimits;
  readonly #entries = new Fifo<Entry>();
  readonly #readers = new Set<RingReader>();
  #bytes = 0;
  #last = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  /** The number of the last message; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** The number of the oldest message that is kept; one more than `last` when none is. */
  get first(): number {
    return this.#last - this.#entries.length + 1;
  }

  append(message: FeedMessage): Entry {
    const streamSeq = this.#last + 1;
    const entry = { streamSeq, message, bytes: Buffer.from(JSON.stringify({ streamSeq, ...message })) };
    this.#bytes += entry.bytes.byteLength;
    this.#makeRoom();
    this.#entries.push(entry);
    this.#last = streamSeq;
    return entry;
  }

  /** @returns the oldest message with a number above `streamSeq` that is kept */
  after(streamSeq: number): Entry | undefined {
    return this.#entries.at(Math.max(0, streamSeq + 1 - this.first));
  }

  /** Has `reader` hear of each message that goes, until it leaves. */
  join(reader: RingReader): void {
    this.#readers.add(reader);
  }

  leave(reader: RingReader): void {
    this.#readers.delete(reader);
  }

  /** Before one comes whose bytes are counted already. */
  #makeRoom(): void {
    while (this.#entries.length >= this.#limits.messages || this.#bytes > this.#limits.bytes) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return; // a message larger than all of the room stands alone
      this.#bytes -= oldest.bytes.byteLength;
      for (const reader of this.#readers) reader.evicted(oldest);
    }
  }
}
