// How one stream is sent to: live, out of the ring, paced, and when its socket is full. Time and the socket are in the test's hands.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import fc from "fast-check";
import { Delivery, type Sink } from "../../../../src/http/stream/delivery.ts";
import { PLAIN } from "../../../../src/http/stream/encoding.ts";
import { Ring } from "../../../../src/http/stream/ring.ts";
import type { Subscription } from "../../../../src/http/stream/subscription.ts";
import type { Told } from "../../../support/stream.ts";
import { accountedFor, learned, modeChanged } from "./support.ts";

const WAITING = 6;
const WINDOW_BYTES = 500;

class FakeSink implements Sink {
  isOpen = true;
  bufferedBytes = 0;
  closedWith: number | null = null;
  readonly told: Told[] = [];
  #onFlushed: (() => void)[] = [];
  readonly #isRead: boolean;

  constructor(isRead: boolean) {
    this.#isRead = isRead;
  }

  send(bytes: Uint8Array, onFlushed?: () => void) {
    this.told.push(JSON.parse(String(bytes)));
    if (this.#isRead) return;
    this.bufferedBytes += bytes.byteLength;
    if (onFlushed) this.#onFlushed.push(onFlushed);
  }

  /** Its reader takes everything. */
  flush() {
    this.bufferedBytes = 0;
    for (const tell of this.#onFlushed.splice(0)) tell();
  }

  close(code: number) {
    this.isOpen = false;
    this.closedWith = code;
  }
}

const subscription = (over: Partial<Subscription> = {}): Subscription => ({
  brains: null,
  topics: new Set(["events"]),
  maxPerSecond: null,
  ...over,
});

let nowMs = 0;
beforeEach(() => {
  nowMs = 0;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

const advance = (ms: number) => {
  nowMs += ms;
  mock.timers.tick(ms);
};

function start({ isRead = true, kept = 1000 } = {}) {
  const ring = new Ring({ messages: kept, bytes: 1e9 });
  const sink = new FakeSink(isRead);
  const tally = { sent: 0, coalesced: 0, dropped: 0 };
  const count = (what: keyof typeof tally) => (messages: number) => {
    tally[what] += messages;
  };
  let said = 0;
  const delivery = new Delivery(sink, {
    ring,
    encoding: PLAIN,
    tally: { sent: count("sent"), coalesced: count("coalesced"), dropped: count("dropped") },
    limits: { waitingMessages: WAITING, windowBytes: WINDOW_BYTES },
    now: () => nowMs,
    nextOwnId: () => String(++said),
  });
  const publish = (...messages: Parameters<Ring["append"]>[0][]) => {
    for (const message of messages) delivery.offer(ring.append(message));
  };
  return { ring, sink, delivery, publish, tally };
}

const numbers = (told: readonly Told[]) => told.map(({ streamSeq }) => streamSeq);

test("live messages go at once, those of others do not", () => {
  const { delivery, publish, sink } = start();
  publish(modeChanged("a", 1));
  delivery.follow(subscription({ brains: new Set(["a"]) }), 1);
  publish(modeChanged("a", 2), modeChanged("b", 1), modeChanged("a", 3));
  assert.deepEqual(numbers(sink.told), [2, 4]);
});

test("what was missed comes out of the ring, then what happens, each once and none merged", () => {
  const { delivery, publish, sink } = start();
  publish(...Array.from({ length: 20 }, (_, index) => learned("a", index + 1)));
  delivery.follow(subscription(), 5);
  publish(learned("a", 21));
  assert.deepEqual(
    numbers(sink.told),
    Array.from({ length: 16 }, (_, index) => index + 6),
  );
});

test("a full socket is given nothing more, and all of it once it is read: what could merge has, what is too much is counted", () => {
  const { delivery, publish, sink, tally } = start({ isRead: false });
  delivery.follow(subscription(), 0);
  publish(...Array.from({ length: 100 }, (_, index) => learned("a", index + 1)));
  const before = sink.told.length;
  assert.ok(before < 6 && delivery.isBlocked, `${before} sent`);
  publish(...Array.from({ length: 100 }, (_, index) => modeChanged("b", index + 1)));
  for (let round = 0; round < 20; round++) sink.flush();
  assert.equal(accountedFor(sink.told), 200);
  const merged = sink.told.find(({ coalesced }) => coalesced !== undefined);
  assert.deepEqual([merged?.streamSeq, merged?.through, merged?.seq], [before + 1, 100, 100]);
  assert.equal(sink.told.find(({ type }) => type === "dropped")?.count, 100 - WAITING);
  assert.deepEqual(tally, { sent: before + 1 + WAITING, coalesced: 99 - before, dropped: 100 - WAITING });
});

test("messages come no faster than asked for, and numbers merge meanwhile", () => {
  const { delivery, publish, sink } = start();
  delivery.follow(subscription({ maxPerSecond: 10 }), 0);
  for (let at = 0; at < 1000; at += 10) {
    publish(learned("a", at / 10 + 1));
    advance(10);
  }
  assert.ok(sink.told.length >= 9 && sink.told.length <= 12, `${sink.told.length} messages in a second`);
  advance(1000);
  assert.equal(accountedFor(sink.told), 100);
  assert.equal(sink.told.at(-1)?.seq, 100);
});

test("another pace is kept from its subscription on", () => {
  const { delivery, publish, sink } = start();
  delivery.follow(subscription({ maxPerSecond: 0.1 }), 0);
  publish(modeChanged("a", 1), modeChanged("a", 2), modeChanged("a", 3));
  assert.equal(sink.told.length, 1);
  delivery.follow(subscription(), null);
  assert.deepEqual(numbers(sink.told), [1, 2, 3]);
});

test("a later subscription takes what waits along as far as it wants it", () => {
  const { delivery, publish, sink } = start();
  delivery.follow(subscription({ maxPerSecond: 0.1 }), 0);
  publish(modeChanged("a", 1), modeChanged("a", 2), modeChanged("b", 1), modeChanged("c", 1));
  delivery.follow(subscription({ brains: new Set(["b"]) }), null);
  publish(modeChanged("a", 3), modeChanged("b", 2));
  assert.deepEqual(numbers(sink.told), [1, 3, 6]);
});

test("who reads from the ring more slowly than it is filled loses what waits longest, and hears how much", () => {
  const { delivery, publish, sink } = start({ isRead: false, kept: 10 });
  publish(...Array.from({ length: 10 }, (_, index) => modeChanged("a", index + 1)));
  delivery.follow(subscription(), 0);
  assert.ok(delivery.isBlocked);
  publish(...Array.from({ length: 50 }, (_, index) => modeChanged("a", index + 11)));
  for (let round = 0; round < 60; round++) sink.flush();
  assert.equal(accountedFor(sink.told), 60);
  assert.ok(sink.told.some(({ type }) => type === "dropped"));
  const seen = numbers(sink.told).filter((streamSeq) => streamSeq !== undefined);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});

test("the end comes after all that waits", () => {
  const { delivery, publish, sink } = start({ isRead: false });
  delivery.follow(subscription(), 0);
  publish(...Array.from({ length: 8 }, (_, index) => modeChanged("a", index + 1)));
  delivery.endAfterwards(1000, "over");
  publish(modeChanged("a", 9));
  assert.equal(sink.closedWith, null);
  for (let round = 0; round < 10; round++) sink.flush();
  assert.equal(sink.closedWith, 1000);
  assert.deepEqual(numbers(sink.told), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("whatever its reader does, every message is accounted for once, in order", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom("learned a", "learned b", "event a", "event b") },
    { weight: 1, arbitrary: fc.constant("read") },
    { weight: 1, arbitrary: fc.constant("wait") },
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.constantFrom(null, 1, 20),
      fc.nat(12),
      (steps, maxPerSecond, missed) => {
        const { delivery, publish, sink } = start({ isRead: false, kept: 12 });
        publish(...Array.from({ length: missed }, (_, index) => learned("a", index + 1)));
        delivery.follow(subscription({ maxPerSecond }), 0);
        let offered = missed;
        for (const each of steps) {
          if (each === "read") sink.flush();
          else if (each === "wait") advance(100);
          else {
            offered++;
            const brain = each.slice(-1);
            publish(each.startsWith("learned") ? learned(brain, offered) : modeChanged(brain, offered));
          }
        }
        for (let round = 0; round < 60; round++) {
          sink.flush();
          advance(1000);
        }
        assert.equal(accountedFor(sink.told), offered);
        let last = 0;
        for (const { streamSeq } of sink.told) {
          if (streamSeq === undefined) continue;
          assert.ok(streamSeq > last);
          last = streamSeq;
        }
      },
    ),
  );
});
