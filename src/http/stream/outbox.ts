// What waits to be sent on one stream. Invariant: it never holds more than its limit, and nothing goes silently: each message that was offered
// is sent, or stands behind one that is (`coalesced`), or is counted by `dropped`, which goes out first. What is sent ascends by `first`.

import type { FeedMessage } from "../../metrics/feed.ts";
import type { ServerMessage } from "../schemas/server-numbers.ts";
import { Fifo } from "./fifo.ts";
import { alone, merged, mergeKey, mergeKeysOf, type Waiting } from "./merge.ts";
import type { Entry } from "./ring.ts";

/** Messages that are gone: how many, and the first and last `streamSeq` among them. */
export type Dropped = { readonly count: number; readonly from: number; readonly to: number };

export type Outgoing =
  | { readonly kind: "dropped"; readonly dropped: Dropped }
  | { readonly kind: "server"; readonly message: ServerMessage }
  | { readonly kind: "message"; readonly waiting: Waiting };

/** A place in line; what is merged changes in its place. */
type Slot = { waiting: Waiting; readonly key: string | null };

export class Outbox {
  readonly #limit: number;
  readonly #onDrop: (messages: number) => void;
  /** What is never merged, and what is, each in order: many brains' numbers do not drive out events, nor the other way round. */
  readonly #events = new Fifo<Slot>();
  readonly #numbers = new Fifo<Slot>();
  /** The slots that later messages may be merged into. */
  readonly #open = new Map<string, Slot>();
  #dropped: Dropped | null = null;
  /** The server's latest numbers, behind all messages up to `after`. */
  #server: { readonly after: number; readonly message: ServerMessage } | null = null;

  /**
   * @param limit of events that wait, and of numbers
   * @param onDrop told how many messages had to go
   */
  constructor(limit: number, onDrop: (messages: number) => void) {
    this.#limit = limit;
    this.#onDrop = onDrop;
  }

  get isEmpty(): boolean {
    return this.#dropped === null && this.#server === null && this.#events.length === 0 && this.#numbers.length === 0;
  }

  /** Whether nothing has to go when one more is offered. */
  get hasRoom(): boolean {
    return this.#events.length < this.#limit && this.#numbers.length < this.#limit;
  }

  /** @param entry with a higher `streamSeq` than any offered before */
  offer(entry: Entry): void {
    const key = mergeKey(entry.message);
    if (key === null) {
      // What came before it stays before it: later numbers of the brain get a place of their own.
      for (const each of mergeKeysOf(entry.message.brain)) this.#open.delete(each);
      this.#add(this.#events, { waiting: alone(entry), key });
      return;
    }
    const slot = this.#open.get(key);
    if (slot !== undefined) {
      slot.waiting = merged(slot.waiting, entry);
      return;
    }
    const fresh = { waiting: alone(entry), key };
    this.#open.set(key, fresh);
    this.#add(this.#numbers, fresh);
  }

  /** Takes the place of such numbers that wait. @param after `streamSeq` of the last message of the feed */
  offerServer(message: ServerMessage, after: number): void {
    const waiting = this.#server;
    const coalesced = (waiting?.message.coalesced ?? 1) + 1;
    this.#server = waiting === null ? { after, message } : { ...waiting, message: { ...message, coalesced } };
  }

  /** @returns what is to be sent next, which waits no more; null when nothing waits */
  next(): Outgoing | null {
    const dropped = this.#dropped;
    if (dropped !== null) {
      this.#dropped = null;
      return { kind: "dropped", dropped };
    }
    const oldest = this.#oldest();
    const server = this.#server;
    if (server !== null && server.after < (oldest.peek()?.waiting.first ?? Number.POSITIVE_INFINITY)) {
      this.#server = null;
      return { kind: "server", message: server.message };
    }
    const slot = this.#take(oldest);
    return slot === undefined ? null : { kind: "message", waiting: slot.waiting };
  }

  /** Removes what is not wanted any more. */
  retain(wants: (message: FeedMessage) => boolean, wantsServer: boolean): void {
    if (!wantsServer) this.#server = null;
    for (const queue of [this.#events, this.#numbers]) {
      for (const slot of queue.retain(({ waiting }) => wants(waiting.message))) this.#close(slot);
    }
  }

  clear(): void {
    this.retain(() => false, false);
    this.#dropped = null;
  }

  #add(queue: Fifo<Slot>, slot: Slot): void {
    if (queue.length >= this.#limit) this.#drop(this.#take(queue));
    queue.push(slot);
  }

  #oldest(): Fifo<Slot> {
    const [event, numbers] = [this.#events.peek(), this.#numbers.peek()];
    if (event === undefined) return this.#numbers;
    return numbers !== undefined && numbers.waiting.first < event.waiting.first ? this.#numbers : this.#events;
  }

  #take(queue: Fifo<Slot>): Slot | undefined {
    const slot = queue.shift();
    if (slot !== undefined) this.#close(slot);
    return slot;
  }

  #close(slot: Slot): void {
    if (slot.key !== null && this.#open.get(slot.key) === slot) this.#open.delete(slot.key);
  }

  #drop(slot: Slot | undefined): void {
    if (slot === undefined) return;
    const { count, first, through } = slot.waiting;
    const so = this.#dropped ?? { count: 0, from: first, to: through };
    this.#dropped = { count: so.count + count, from: Math.min(so.from, first), to: Math.max(so.to, through) };
    this.#onDrop(count);
  }
}
