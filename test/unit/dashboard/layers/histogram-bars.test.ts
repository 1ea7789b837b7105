// Histograms on an axis that others share.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { barsOf, binAt, binOf } from "../../../../src/dashboard/pages/brain/layers/histogram-bars.ts";

const histogram = fc
  .record({
    from: fc.double({ min: -10, max: 10, noNaN: true }),
    width: fc.double({ min: 0.1, max: 10, noNaN: true }),
    counts: fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 60 }),
  })
  .map(({ from, width, counts }) => ({ from, to: from + width, counts }));
const AXIS = { from: -20, to: 30 };

test("bars stand side by side in their own part of the axis, and none is higher than the place", () => {
  fc.assert(
    fc.property(histogram, fc.boolean(), (each, isLog) => {
      const bars = barsOf(each, AXIS, isLog);
      assert.equal(bars.length, each.counts.length);
      const place = (value: number) => (value - AXIS.from) / (AXIS.to - AXIS.from);
      assert.ok(Math.abs(bars[0]!.from - place(each.from)) < 1e-9);
      assert.ok(Math.abs(bars.at(-1)!.to - place(each.to)) < 1e-9);
      for (const [index, bar] of bars.entries()) {
        assert.ok(bar.height >= 0 && bar.height <= 1);
        assert.equal(bar.height === 0, each.counts[index] === 0);
        if (index > 0) assert.ok(Math.abs(bar.from - bars[index - 1]!.to) < 1e-9);
      }
    }),
  );
});

test("logarithmic counts keep their order, and the largest its height", () => {
  fc.assert(
    fc.property(histogram, (each) => {
      const [linear, log] = [barsOf(each, AXIS, false), barsOf(each, AXIS, true)];
      for (const [index, bar] of log.entries()) assert.ok(bar.height >= linear[index]!.height - 1e-12);
      const most = each.counts.indexOf(Math.max(...each.counts));
      if (each.counts[most] !== 0) assert.deepEqual([linear[most]!.height, log[most]!.height], [1, 1]);
    }),
  );
});

test("what is pointed at is the bin whose bar is there", () => {
  fc.assert(
    fc.property(histogram, fc.nat(), (each, nth) => {
      const bin = nth % each.counts.length;
      const bar = barsOf(each, AXIS, false)[bin]!;
      assert.equal(binAt(each, AXIS, (bar.from + bar.to) / 2), bin);
      assert.equal(binOf(each, bin).count, each.counts[bin]);
    }),
  );
});

test("beside the histogram there is no bin; where all numbers are equal there is one", () => {
  const each = { from: 0, to: 10, counts: [1, 2] };
  assert.deepEqual([binAt(each, AXIS, 0.1), binAt(each, AXIS, 0.95)], [null, null]);
  const equal = { from: 5, to: 5, counts: [64] };
  assert.deepEqual(barsOf(equal, AXIS, false), [{ from: 0.5, to: 0.5, height: 1 }]);
  assert.deepEqual([binAt(equal, AXIS, 0.5), binAt(equal, AXIS, 0.8)], [0, null]);
});
