// Points of live messages, held against those that the server makes of the same.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Timeline } from "../../../src/dashboard/charts/timeline.ts";
import { Gathering, rollUp } from "../../../src/metrics/points.ts";
import { historyOf } from "./support.ts";

const START_MS = Date.parse("2026-03-01T09:00:00Z");
const NAMES = ["accuracyWindow", "layers.0.mature", "novelty"];

/** What is measured at moments of a few minutes, in their order; with what JSON cannot carry among it. */
const measured = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 180_000 }),
      numbers: fc.dictionary(
        fc.constantFrom(...NAMES),
        fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(null, Number.NaN, Infinity, -0)),
      ),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((all) => all.toSorted((a, b) => a.afterMs - b.afterMs));

const fields = ["min", "max", "last", "mean"] as const;

describe("Timeline", () => {
  it("makes of messages, one by one, the points that the server makes of them", () => {
    fc.assert(
      fc.property(measured, fc.constantFrom(1000, 2000, 10_000), (all, stepMs) => {
        const timeline = new Timeline(stepMs, 1000);
        const points = all.map(({ afterMs, numbers }, seq) => {
          timeline.fold(START_MS + afterMs, numbers);
          const gathering = new Gathering(START_MS + afterMs);
          gathering.add(seq, numbers);
          return gathering.point();
        });
        const expected = historyOf(rollUp(points, stepMs), stepMs);
        assert.deepEqual(
          timeline.times().map((time) => time * 1000),
          expected.times.map(Date.parse),
        );
        for (const name of NAMES) {
          const column = timeline.column(name);
          const told = expected.series[name];
          for (const field of fields) {
            const values = column?.[field] ?? expected.times.map(() => null);
            for (const [place, value] of values.entries()) {
              const other = told?.[field][place] ?? null;
              // A mean of means is rounded elsewhere than one of the values themselves.
              if (field === "mean" && value !== null && other !== null) {
                assert.ok(Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(other)), `${value} ${other}`);
              } else assert.equal(value, other);
            }
          }
        }
      }),
    );
  });

  it("shows the same after a reading as the history says, whatever was folded before", () => {
    fc.assert(
      fc.property(measured, measured, (before, all) => {
        const timeline = new Timeline(1000, 1000);
        for (const { afterMs, numbers } of before) timeline.fold(START_MS + afterMs, numbers);
        const points = all.map(({ afterMs, numbers }, seq) => {
          const gathering = new Gathering(START_MS + afterMs);
          gathering.add(seq, numbers);
          return gathering.point();
        });
        const history = historyOf(rollUp(points, 1000), 1000, START_MS);
        timeline.take(history);
        assert.equal(timeline.length, history.times.length);
        for (const name of timeline.names()) {
          for (const field of fields) {
            assert.deepEqual(
              timeline.column(name)?.[field],
              history.series[name]?.[field] ?? history.times.map(() => null),
            );
          }
        }
      }),
    );
  });

  it("never holds more points than it may, nor a point that does not begin at a multiple of its step", () => {
    const moments = fc.array(fc.integer({ min: -1e7, max: 1e7 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 50 }), (all, maxPoints) => {
        const timeline = new Timeline(2000, maxPoints);
        for (const afterMs of all) {
          timeline.fold(START_MS + afterMs, { novelty: afterMs });
          assert.ok(timeline.length <= maxPoints);
          assert.ok(timeline.times().every((time) => time % 2 === 0));
          for (const name of timeline.names()) {
            for (const field of fields) assert.equal(timeline.column(name)?.[field].length, timeline.length);
          }
        }
      }),
    );
  });

  it("takes a part from the history for its own from there on, and keeps what was before", () => {
    const timeline = new Timeline(1000, 100);
    for (const second of [0, 1, 2, 3]) timeline.fold(START_MS + 1000 * second, { novelty: second });
    const gathering = new Gathering(START_MS + 2000);
    gathering.add(9, { novelty: 20, predictMs: 7 });
    timeline.take(historyOf([gathering.point()], 1000, START_MS + 2000, START_MS + 3000));
    assert.deepEqual(timeline.column("novelty")?.mean, [0, 1, 20, null]);
    assert.deepEqual(timeline.column("predictMs")?.mean, [null, null, 7, null]);
  });

  it("leaves an hour without a message empty", () => {
    const timeline = new Timeline(60_000, 1000);
    timeline.fold(START_MS, { novelty: 1 });
    timeline.fold(START_MS + 3_600_000, { novelty: 2 });
    const means = timeline.column("novelty")?.mean ?? [];
    assert.equal(means.length, 61);
    assert.deepEqual(
      means.filter((value) => value !== null),
      [1, 2],
    );
  });

  it("forgets names with the last of their points", () => {
    const timeline = new Timeline(1000, 100);
    timeline.fold(START_MS, { "layers.7.dead": 1 });
    timeline.fold(START_MS + 5000, { novelty: 1 });
    timeline.dropBefore(START_MS + 3000);
    assert.deepEqual(timeline.names(), ["novelty"]);
    assert.equal(timeline.firstMs, START_MS + 3000);
  });

  it("is not moved by a message of a time before all of its points", () => {
    const timeline = new Timeline(1000, 100);
    timeline.fold(START_MS, { novelty: 1 });
    timeline.fold(START_MS - 1, { novelty: 9 });
    assert.deepEqual(timeline.column("novelty")?.mean, [1]);
  });
});
