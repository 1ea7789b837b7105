import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MetricHistory } from "../../../src/dashboard/api/types.ts";
import {
  firstSlotOf,
  joined,
  runsOf,
  type Slot,
  type SparkWindow,
  slotsOfHistory,
  withValue,
} from "../../../src/dashboard/ui/spark.ts";

const WINDOW: SparkWindow = { stepMs: 1000, slots: 10 };
const START_MS = Date.parse("2026-03-01T09:30:00.000Z");

const measurements = fc
  .array(fc.record({ afterMs: fc.integer({ min: 0, max: 4000 }), value: fc.double({ min: 0, max: 1, noNaN: true }) }))
  .map((steps) => {
    let timeMs = START_MS;
    return steps.map(({ afterMs, value }) => {
      timeMs += afterMs;
      return { timeMs, value };
    });
  });

test("a sparkline keeps the least, the greatest and the last of each slot, and never more slots than its window has", () => {
  fc.assert(
    fc.property(measurements, (all) => {
      let slots: readonly Slot[] = [];
      for (const { timeMs, value } of all) slots = withValue(slots, timeMs, value, WINDOW);
      assert.ok(slots.length <= WINDOW.slots);
      const first = firstSlotOf(all.at(-1)?.timeMs ?? START_MS, WINDOW);
      const indexOf = (timeMs: number): number => Math.floor(timeMs / WINDOW.stepMs);
      const expected = [...new Set(all.map(({ timeMs }) => indexOf(timeMs)))]
        .filter((index) => index >= first)
        .map((index) => {
          const values = all.filter(({ timeMs }) => indexOf(timeMs) === index).map(({ value }) => value);
          return { index, min: Math.min(...values), max: Math.max(...values), last: values.at(-1) };
        });
      assert.deepEqual(slots, expected);
    }),
  );
});

test("a slot in which nothing was measured is a gap, in the history and between runs", () => {
  const column = [0.1, null, 0.3, 0.4];
  const history: MetricHistory = {
    brain: "pets",
    seq: 9,
    from: "2026-03-01T09:30:00.000Z",
    to: "2026-03-01T09:30:03.000Z",
    stepSeconds: 1,
    resolutionSeconds: 1,
    names: ["accuracyWindow"],
    times: [0, 1, 2, 3].map((second) => new Date(START_MS + 1000 * second).toISOString()),
    seqs: { first: [1, null, 2, 3], last: [1, null, 2, 3] },
    series: { accuracyWindow: { min: column, max: column, last: column, mean: column } },
    markers: [],
  };
  const slots = slotsOfHistory(history, "accuracyWindow", WINDOW);
  assert.deepEqual(
    runsOf(slots).map((run) => run.map(({ last }) => last)),
    [[0.1], [0.3, 0.4]],
  );
  assert.deepEqual(slotsOfHistory(history, "novelty", WINDOW), []);
});

test("of a slot that two tell of the later one has the last word, and neither loses a spike", () => {
  const index = firstSlotOf(START_MS, WINDOW);
  const both = joined(
    [{ index, min: 0.2, max: 0.9, last: 0.5 }],
    [{ index, min: 0.1, max: 0.6, last: 0.6 }],
    START_MS,
    WINDOW,
  );
  assert.deepEqual(both, [{ index, min: 0.1, max: 0.9, last: 0.6 }]);
});
