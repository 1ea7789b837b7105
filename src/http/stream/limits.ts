// What one stream may cost, and all of them together.

import type { RingLimits } from "./ring.ts";

const MIB = 1024 * 1024;

export type StreamLimits = {
  /** Of the feed, kept for clients that come back. */
  readonly replay: RingLimits;
  /** Events that wait for one reader, and as many merged numbers. */
  readonly waitingMessages: number;
  /** Given to a socket before its reader has taken it. */
  readonly windowBytes: number;
  /** A reader that takes nothing for so long is let go. */
  readonly silenceMs: number;
  /** A client that has said nothing by then gets the default subscription. */
  readonly subscribeWithinMs: number;
  readonly pingEveryMs: number;
  /** How long peers may take to answer the closing handshake at shutdown. */
  readonly closeGraceMs: number;
  /** Messages of one client that are read at once, and that it may send in the long run. */
  readonly clientBurst: number;
  readonly clientPerSecond: number;
};

/** A subscription that names a thousand brains. */
export const MAX_CLIENT_BYTES = 64 * 1024;

export const STREAM_LIMITS: StreamLimits = {
  replay: { messages: 16_384, bytes: 8 * MIB },
  waitingMessages: 1000,
  windowBytes: MIB / 4,
  silenceMs: 60_000,
  subscribeWithinMs: 1000,
  pingEveryMs: 30_000,
  closeGraceMs: 1000,
  clientBurst: 20,
  clientPerSecond: 2,
};
