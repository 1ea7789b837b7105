// What the soak calls flat and what rising.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trendOf } from "../../../bench/soak/trend.ts";

const MINUTES = 30;
const series = (valueAt: (minute: number) => number) =>
  Array.from({ length: MINUTES + 1 }, (_, minute) => ({ atS: minute * 60, value: valueAt(minute) }));

test("a warm-up that ends is flat", () => {
  const trend = trendOf(
    series((minute) => 100 + 20 * Math.min(minute, 8)),
    1,
  );
  assert.deepEqual([trend?.isFlat, Math.round(trend?.perHour ?? Number.NaN)], [true, 0]);
});

test("a steady rise is rising, with its slope", () => {
  const trend = trendOf(
    series((minute) => 100 + minute),
    1,
  );
  assert.equal(trend?.isFlat, false);
  assert.ok(Math.abs(trend.perHour - 60) < 1e-6);
  assert.ok(Math.abs(trend.to - trend.from - 20) < 1e-6);
});

test("a saw that comes back down is flat, and so is what falls", () => {
  assert.equal(
    trendOf(
      series((minute) => 100 + (minute % 3)),
      1,
    )?.isFlat,
    true,
  );
  assert.equal(
    trendOf(
      series((minute) => 100 - minute),
      1,
    )?.isFlat,
    true,
  );
});

test("a rise within the slack is noise", () => {
  const rise = series((minute) => 10 + minute / 10);
  assert.deepEqual([trendOf(rise, 3)?.isFlat, trendOf(rise, 1)?.isFlat], [true, false]);
});

test("too few measurements tell nothing", () => {
  assert.equal(trendOf([], 1), null);
  assert.equal(trendOf(series(() => 1).slice(0, 4), 1), null);
});
