import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BrainEvent } from "../../../src/dashboard/api/types.ts";
import { type EventStretch, withNewest, withOlder } from "../../../src/dashboard/pages/brain/checkpoints/event-list.ts";
import { isKept, nearestKept, type Ranges, rangesText } from "../../../src/dashboard/pages/brain/checkpoints/states.ts";

const AT = "2026-03-01T09:30:00.000Z";
const RANGES: Ranges = [
  { from: 40, to: 40, fromAt: AT, toAt: AT },
  { from: 1210, to: 2514, fromAt: AT, toAt: AT },
];

test("a state is kept within a range and not between two", () => {
  assert.deepEqual(
    [39, 40, 41, 1209, 1210, 2514, 2515].map((seq) => isKept(RANGES, seq)),
    [false, true, false, false, true, true, false],
  );
  assert.equal(rangesText(RANGES, String), "40, 1210 to 2514");
});

test("the nearest state is kept, and none is nearer", () => {
  const ranges = fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 8 })
    .map((bounds) => bounds.sort((a, b) => a - b))
    .map(
      (bounds): Ranges =>
        bounds.flatMap((from, index) => {
          const to = bounds[index + 1];
          return index % 2 === 1 || to === undefined ? [] : [{ from, to, fromAt: AT, toAt: AT }];
        }),
    );
  fc.assert(
    fc.property(ranges, fc.integer({ min: -10, max: 210 }), (kept, seq) => {
      const nearest = nearestKept(kept, seq);
      assert.ok(nearest !== null && isKept(kept, nearest));
      const distance = Math.abs(nearest - seq);
      for (let nearer = seq - distance + 1; nearer < seq + distance; nearer++) assert.ok(!isKept(kept, nearer));
    }),
  );
  assert.equal(nearestKept([], 5), null);
});

const eventOf = (seq: number): BrainEvent => ({
  seq,
  type: "learned",
  time: AT,
  bytes: 100,
  summary: "learned 1 sample in mode plastic",
  details: {},
});

/** A log of `length` changes: a page of it as the API gives it, and whether there are older ones. */
const pageOf = (length: number, before: number, limit: number): [BrainEvent[], boolean] => {
  const newest = Math.min(length, before - 1);
  const seqs = Array.from({ length: Math.max(0, Math.min(limit, newest)) }, (_, index) => newest - index);
  return [seqs.map(eventOf), newest > limit];
};

test("however a log grows and is read, what is listed has no gap, and says whether there is more", () => {
  const LIMIT = 5;
  const step = fc.oneof(fc.record({ grown: fc.integer({ min: 0, max: 12 }) }), fc.constant("older" as const));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.array(step), (start, steps) => {
      let length = start;
      let stretch: EventStretch = { events: [], asked: LIMIT, hasOlder: false };
      stretch = withNewest(stretch, ...pageOf(length, length + 1, LIMIT));
      for (const each of steps) {
        const oldest = stretch.events.at(-1)?.seq;
        if (each !== "older") {
          length += each.grown;
          stretch = withNewest(stretch, ...pageOf(length, length + 1, LIMIT));
          assert.equal(stretch.events[0]?.seq ?? 0, length);
        } else if (oldest !== undefined) {
          stretch = withOlder(stretch, ...pageOf(length, oldest, LIMIT));
        }
        const seqs = stretch.events.map(({ seq }) => seq);
        assert.deepEqual(
          seqs,
          seqs.map((_, index) => (seqs[0] ?? 0) - index),
        );
        assert.equal(stretch.hasOlder, (seqs.at(-1) ?? 1) > 1);
      }
    }),
  );
});

test("a list that follows a log does not grow beyond what was asked for", () => {
  let stretch: EventStretch = { events: [], asked: 5, hasOlder: false };
  stretch = withNewest(stretch, ...pageOf(20, 21, 5));
  stretch = withOlder(stretch, ...pageOf(20, 16, 5));
  assert.equal(stretch.events.length, 10);
  for (let length = 21; length < 40; length++) stretch = withNewest(stretch, ...pageOf(length, length + 1, 5));
  assert.equal(stretch.events.length, 10);
});
