// Messages on their way to one stream, at the pace of whoever reads it: live ones as they come, earlier ones out of the ring. Invariant: the
// socket is never given more than a window ahead of its reader, and what waits is in the outbox, or still in the ring, and nowhere else.

import type { ServerMessage } from "../schemas/server-numbers.ts";
import type { OwnMessage } from "../schemas/stream.ts";
import type { Encoding } from "./encoding.ts";
import type { Waiting } from "./merge.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Pacer } from "./pacer.ts";
import type { Entry, Ring, RingReader } from "./ring.ts";
import { type Subscription, wants } from "./subscription.ts";

/** The socket, as far as it is used for sending. */
export type Sink = {
  readonly isOpen: boolean;
  /** Given to the socket, and not taken by its reader yet. */
  readonly bufferedBytes: number;
  /** @param onFlushed told when this, and all before it, has left the process */
  send(bytes: Uint8Array, onFlushed?: () => void): void;
  close(code: number, reason: string): void;
};

/** Told what becomes of the messages of the feed. */
export type DeliveryTally = {
  sent(messages: number): void;
  coalesced(messages: number): void;
  dropped(messages: number): void;
};

export type DeliveryParts = {
  readonly ring: Ring;
  readonly encoding: Encoding;
  readonly tally: DeliveryTally;
  readonly limits: { readonly waitingMessages: number; readonly windowBytes: number };
  /** A clock that never goes back, in ms. */
  readonly now: () => number;
  /** @returns the id of this stream's next message that is none of the feed */
  readonly nextOwnId: () => string;
};

export class Delivery implements RingReader {
  readonly #sink: Sink;
  readonly #parts: DeliveryParts;
  readonly #outbox: Outbox;
  readonly #pacer = new Pacer();
  #subscription: Subscription | null = null;
  /** The last message that was taken out of the ring, while there are later ones that were not. */
  #cursor: number | null = null;
  #isBlocked = false;
  #timer: NodeJS.Timeout | undefined;
  #goodbye: { readonly code: number; readonly reason: string } | null = null;

  constructor(sink: Sink, parts: DeliveryParts) {
    this.#sink = sink;
    this.#parts = parts;
    this.#outbox = new Outbox(parts.limits.waitingMessages, (count) => parts.tally.dropped(count));
  }

  /** Whether the reader has yet to take what the socket holds. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /**
   * From now on sends what `subscription` wants.
   * @param after first what has a higher number and is kept; null: go on with what waits, as far as it is still wanted
   */
  follow(subscription: Subscription, after: number | null): void {
    if (subscription.maxPerSecond !== this.#subscription?.maxPerSecond) this.#pacer.limit(subscription.maxPerSecond);
    this.#subscription = subscription;
    if (after === null) {
      this.#outbox.retain((message) => wants(subscription, message), subscription.topics.has("server"));
    } else {
      this.#outbox.clear();
      this.#cursor = after;
      this.#parts.ring.join(this);
    }
    this.#pump();
  }

  /** A message of the feed, as it happens; it is sent if it is wanted. */
  offer(entry: Entry): void {
    if (this.#cursor !== null || this.#goodbye !== null) return;
    if (this.#subscription === null || !wants(this.#subscription, entry.message)) return;
    this.#outbox.offer(entry);
    this.#pump();
  }

  /** The server's numbers, to a stream that wants them. */
  offerServer(message: ServerMessage): void {
    if (this.#goodbye !== null || this.#subscription?.topics.has("server") !== true) return;
    this.#outbox.offerServer(message, this.#parts.ring.last);
    this.#pump();
  }

  /** A message leaves the ring: now or never. */
  evicted(entry: Entry): void {
    if (this.#cursor === null || entry.streamSeq <= this.#cursor) return;
    this.#take(entry);
  }

  /** Says something of the stream itself, ahead of all that waits. */
  say(message: OwnMessage): void {
    this.#write(this.#parts.encoding.own(message, this.#parts.nextOwnId()));
  }

  /** Ends the stream once what waits is sent. */
  endAfterwards(code: number, reason: string): void {
    this.#goodbye = { code, reason };
    this.#pump();
  }

  /** Sends nothing more, and lets everything go. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#parts.ring.leave(this);
    this.#cursor = null;
    this.#subscription = null;
    this.#outbox.clear();
  }

  #pump(): void {
    const { now } = this.#parts;
    clearTimeout(this.#timer);
    while (!this.#isBlocked && this.#sink.isOpen) {
      if (this.#outbox.isEmpty && !this.#pull()) break;
      const waitMs = this.#pacer.waitMs(now());
      if (waitMs > 0) {
        this.#sleep(waitMs);
        return;
      }
      const outgoing = this.#outbox.next();
      if (outgoing === null) continue;
      this.#send(outgoing);
      this.#pacer.sent(now());
    }
    if (this.#goodbye === null || this.#isBlocked || !this.#sink.isOpen) return;
    this.#sink.close(this.#goodbye.code, this.#goodbye.reason);
  }

  /** Takes the next wanted message out of the ring. @returns whether there was one */
  #pull(): boolean {
    while (this.#cursor !== null) {
      const entry = this.#parts.ring.after(this.#cursor);
      if (entry === undefined) {
        this.#cursor = null; // from here on they come as they happen
        this.#parts.ring.leave(this);
      } else if (this.#take(entry)) return true;
    }
    return false;
  }

  /** @returns whether it was wanted */
  #take(entry: Entry): boolean {
    this.#cursor = entry.streamSeq;
    if (this.#subscription === null || !wants(this.#subscription, entry.message)) return false;
    this.#outbox.offer(entry);
    return true;
  }

  /** Until the pace allows the next message; meanwhile all that can wait together does, so that numbers merge. */
  #sleep(waitMs: number): void {
    while (this.#outbox.hasRoom && this.#pull());
    this.#timer = setTimeout(() => this.#pump(), waitMs).unref();
  }

  #send(outgoing: Outgoing): void {
    if (outgoing.kind === "dropped") {
      this.say({ type: "dropped", time: new Date().toISOString(), ...outgoing.dropped });
      return;
    }
    if (outgoing.kind === "server") {
      this.say(outgoing.message);
      return;
    }
    const { waiting } = outgoing;
    this.#write(encoded(waiting, this.#parts.encoding));
    this.#parts.tally.sent(1);
    if (waiting.count > 1) this.#parts.tally.coalesced(waiting.count - 1);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#sink.isOpen) return;
    if (this.#sink.bufferedBytes + bytes.byteLength < this.#parts.limits.windowBytes) {
      this.#sink.send(bytes);
      return;
    }
    this.#isBlocked = true;
    this.#sink.send(bytes, () => {
      this.#isBlocked = false;
      this.#pump();
    });
  }
}

const encoded = (waiting: Waiting, encoding: Encoding): Uint8Array =>
  waiting.entry === null ? encoding.merged(waiting) : encoding.entry(waiting.entry);
