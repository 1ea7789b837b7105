import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { StreamMessage, Topic } from "../../../src/dashboard/api/types.ts";
import { combined, isWanted, type Wish } from "../../../src/dashboard/api/wishes.ts";

const TOPICS: readonly Topic[] = ["events", "measures", "server"];
const wishes = fc.array(
  fc.record({
    brains: fc.option(fc.uniqueArray(fc.constantFrom("a", "b", "c"))),
    topics: fc.uniqueArray(fc.constantFrom(...TOPICS), { minLength: 1 }),
    maxPerSecond: fc.integer({ min: 1, max: 1000 }),
  }),
);

const STAMP = { streamSeq: 1, seq: 1, step: 1, time: "2026-03-01T09:30:05.120Z" };
const messages: readonly StreamMessage[] = [
  { ...STAMP, brain: "a", type: "created" },
  { ...STAMP, brain: "b", type: "modeChanged", mode: "panic" },
  { ...STAMP, brain: "c", type: "measured", numbers: {} },
];

test("a common subscription lets through whatever one of its listeners wants", () => {
  fc.assert(
    fc.property(wishes, (all: readonly Wish[]) => {
      const common = combined(all);
      for (const message of messages) {
        const isHeard = common !== null && isWanted(common, message);
        if (all.some((wish) => isWanted(wish, message))) assert.ok(isHeard);
      }
      assert.equal(common?.maxPerSecond ?? 0, Math.max(0, ...all.map(({ maxPerSecond }) => maxPerSecond)));
    }),
  );
});

test("a listener hears of its brains and topics alone", () => {
  const heard = (wish: Wish) => messages.filter((message) => isWanted(wish, message)).map(({ type }) => type);
  assert.deepEqual(heard({ brains: ["a"], topics: ["events"], maxPerSecond: 1 }), ["created"]);
  assert.deepEqual(heard({ brains: ["a", "c"], topics: ["measures"], maxPerSecond: 1 }), ["measured"]);
  assert.deepEqual(heard({ brains: null, topics: ["events"], maxPerSecond: 1 }), ["created", "modeChanged"]);
  assert.deepEqual(heard({ brains: null, topics: ["server"], maxPerSecond: 1 }), []);
});

test("nobody who listens asks for nothing", () => {
  assert.equal(combined([]), null);
});
