// Points: whatever they are cut into and in whatever order they come together again, no spike is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blockOf, decodePoints } from "../../../src/metrics/blocks.ts";
import { Gathering, MAX_ALIKE, MAX_NAMES, type Point, rollUp } from "../../../src/metrics/points.ts";

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const measured = fc.record({
  timeMs: fc.integer({ min: 0, max: 200_000 }),
  numbers: fc.dictionary(fc.constantFrom("accuracy", "novelty", "layers.0.mature"), fc.option(number)),
});

/** Measurements in the order of their times, numbered as states are. */
const stream = fc
  .array(measured, { minLength: 1, maxLength: 60 })
  .map((all) => all.sort((a, b) => a.timeMs - b.timeMs).map((one, index) => ({ ...one, seq: index + 1 })));

/** @returns a point of each second */
function seconds(all: readonly { timeMs: number; seq: number; numbers: Record<string, number | null> }[]): Point[] {
  const gatherings = new Map<number, Gathering>();
  for (const { timeMs, seq, numbers } of all) {
    const startMs = Math.floor(timeMs / 1000) * 1000;
    const gathering = gatherings.get(startMs) ?? new Gathering(startMs);
    gatherings.set(startMs, gathering);
    gathering.add(seq, numbers);
  }
  return [...gatherings.values()].map((gathering) => gathering.point());
}

const summary = (points: readonly Point[]) =>
  points.map(({ startMs, firstSeq, lastSeq, cells }) => ({
    startMs,
    firstSeq,
    lastSeq,
    cells: new Map([...cells].sort().map(([name, { min, max, last, count }]) => [name, { min, max, last, count }])),
  }));

test("a point has the least, the greatest, the last and the number of what was measured", () => {
  fc.assert(
    fc.property(stream, (all) => {
      const [point] = rollUp(seconds(all), 1_000_000);
      const names = new Set(
        all.flatMap(({ numbers }) => Object.keys(numbers).filter((name) => numbers[name] !== null)),
      );
      assert.deepEqual(new Set(point!.cells.keys()), names);
      for (const [name, { min, max, last, mean, count }] of point!.cells) {
        const values = all.flatMap(({ numbers }) => numbers[name] ?? []);
        assert.equal(min, Math.min(...values));
        assert.equal(max, Math.max(...values));
        assert.equal(last, values.at(-1));
        assert.equal(count, values.length);
        assert.ok(mean >= min && mean <= max);
      }
      assert.deepEqual([point!.firstSeq, point!.lastSeq], [1, all.length]);
    }),
  );
});

test("points put together by steps, in any order, through the disk, are those put together at once", () => {
  fc.assert(
    fc.property(stream, fc.func(fc.integer()), (all, shuffled) => {
      const fine = seconds(all);
      const atOnce = rollUp(fine, 60_000);
      const mixed = [...rollUp(fine, 10_000)].sort((a, b) => shuffled(a.startMs) - shuffled(b.startMs));
      const { json } = blockOf({ id: "a", brainUid: "b", stepS: 10 }, mixed);
      assert.deepEqual(summary(rollUp(decodePoints(json), 60_000)), summary(atOnce));
    }),
  );
});

test("the mean is that of all measurements", () => {
  const point = new Gathering(0);
  for (const value of [1, 2, 6]) point.add(1, { novelty: value });
  const other = new Gathering(1000);
  other.add(2, { novelty: 11 });
  assert.equal(rollUp([other.point(), point.point()], 10_000)[0]!.cells.get("novelty")!.mean, 5);
  const equal = new Gathering(0);
  for (let i = 0; i < 7; i++) equal.add(i, { reward: 0.1 });
  assert.equal(equal.point().cells.get("reward")!.mean, 0.1);
});

test("what is no number, and more names than a point takes, are left out", () => {
  const gathering = new Gathering(0);
  gathering.add(1, { accuracy: null, novelty: Number.NaN, reward: Number.POSITIVE_INFINITY, ["x".repeat(200)]: 1 });
  assert.equal(gathering.point().cells.size, 0);
  for (let i = 0; i < MAX_NAMES + 10; i++) gathering.add(1, { [`n${i}`]: i });
  assert.equal(gathering.point().cells.size, MAX_NAMES);
  gathering.add(2, { n1: 100 });
  assert.equal(gathering.point().cells.get("n1")!.max, 100);
});

test("of each kind a point keeps the newest markers", () => {
  const gathering = new Gathering(0);
  const marker = (type: string, seq: number) => ({ type, seq, timeMs: seq * 10, details: { seq } });
  gathering.mark(marker("drift", 2));
  for (const seq of [5, 3, 4, 1, 9, 8, 7, 6]) gathering.mark(marker("modeChanged", seq));
  const { markers, firstSeq, lastSeq } = gathering.point();
  assert.deepEqual(
    markers.map(({ type, seq }) => [type, seq]),
    [["drift", 2], ...[6, 7, 8, 9].map((seq) => ["modeChanged", seq])],
  );
  assert.equal(markers.length, 1 + MAX_ALIKE);
  assert.deepEqual([firstSeq, lastSeq], [1, 9]);
  const { json } = blockOf({ id: "a", brainUid: "b", stepS: 1 }, [gathering.point()]);
  assert.deepEqual(decodePoints(json)[0]!.markers, markers);
});

test("a name is a name, whatever it means to JavaScript", () => {
  const gathering = new Gathering(0);
  gathering.add(1, { ["__proto__"]: 1, constructor: 2 });
  const { json } = blockOf({ id: "a", brainUid: "b", stepS: 1 }, [gathering.point()]);
  assert.deepEqual([...decodePoints(json)[0]!.cells.keys()].sort(), ["__proto__", "constructor"]);
});
