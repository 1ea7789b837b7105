import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Distribution, distributionOf, type ReadNumbers } from "../../../src/brain/distribution.ts";
import { Random } from "../../../src/brain/random.ts";
import { atOnce } from "../../../src/tensor/pace.ts";

const reading =
  (numbers: Float32Array): ReadNumbers =>
  (target, from) =>
    target.set(numbers.subarray(from, from + target.length));

const distributionOfAll = (numbers: Float32Array, bins: number): Distribution =>
  atOnce(distributionOf(reading(numbers), numbers.length, bins));

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
const isNear = (actual: number, expected: number, scale: number): boolean =>
  Math.abs(actual - expected) <= 1e-9 * Math.max(scale, Number.MIN_VALUE);

/** Finite float32 numbers of any size, few of them different, so that many lie at the edges of bins. */
const numbers: fc.Arbitrary<Float32Array> = fc.oneof(
  fc.float32Array({ minLength: 1, maxLength: 300, noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 300 }).map((all) => Float32Array.from(all)),
  fc
    .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 300 })
    .map((all) => Float32Array.from(all, (i) => 0.1 + i * 1e-8)),
);

test("any numbers: the counts add up, every bin holds what lies in it, and the figures are those of all numbers", () =>
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 200 }), (data, bins) => {
      const { count, min, max, mean, standardDeviation, zeros, histogram } = distributionOfAll(data, bins);
      const values = Array.from(data);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      assert.deepEqual([count, min, max], [values.length, least, most]);
      assert.equal(zeros, values.filter((value) => value === 0).length);
      const average = sum(values) / values.length;
      assert.ok(isNear(mean!, average, Math.max(-least, most)));
      const deviation = Math.sqrt(sum(values.map((value) => (value - average) ** 2)) / values.length);
      assert.ok(isNear(standardDeviation!, deviation, Math.max(-least, most)));
      const { from, to, counts } = histogram!;
      assert.deepEqual([from, to, counts.length], [least, most, least === most ? 1 : bins]);
      assert.equal(sum(counts), count);
      // A number within rounding of an edge may stand on either side of it.
      const width = (to - from) / counts.length;
      const slack = 1e-9 * width;
      let [below, belowNext] = [0, 0];
      counts.forEach((held, bin) => {
        below += held;
        const edge = from + (bin + 1) * width;
        belowNext = values.filter((value) => value < edge - slack).length;
        const most = values.filter((value) => value <= edge + slack).length;
        assert.ok(below >= belowNext && below <= most, `bins up to ${bin} hold ${below}`);
      });
    }),
    { numRuns: 300 },
  ));

test("the spread of numbers far from 0 is not lost in their size", () => {
  const data = Float32Array.from({ length: 100_000 }, (_, i) => 1_000_000 + (i % 2));
  const { mean, standardDeviation } = distributionOfAll(data, 2);
  assert.equal(mean, 1_000_000.5);
  assert.equal(standardDeviation, 0.5);
});

test("equal numbers lie in one bin, of no width, and have no spread", () => {
  const value = Math.fround(0.1);
  assert.deepEqual(distributionOfAll(new Float32Array(100_001).fill(value), 50), {
    count: 100_001,
    min: value,
    max: value,
    mean: value,
    standardDeviation: 0,
    zeros: 0,
    histogram: { from: value, to: value, counts: [100_001] },
  });
});

test("of no numbers nothing is told but that there are none", () => {
  assert.deepEqual(distributionOfAll(new Float32Array(0), 50), {
    count: 0,
    min: null,
    max: null,
    mean: null,
    standardDeviation: null,
    zeros: 0,
    histogram: null,
  });
});

test("the largest floats there are have figures, too", () => {
  const most = (2 - 2 ** -23) * 2 ** 127;
  const { mean, standardDeviation, histogram } = distributionOfAll(Float32Array.of(-most, most, 0, 0), 3);
  assert.deepEqual([mean, standardDeviation], [0, most / Math.SQRT2]);
  assert.deepEqual(histogram?.counts, [1, 2, 1]);
});

test("a large array is read in pieces, each number once a pass, and counts as a whole", () => {
  const data = Random.seeded(3).gaussians(200_003);
  const pieces = [...distributionOf(reading(data), data.length, 10)];
  assert.ok(pieces.length > 10, `${pieces.length} pieces`);
  const { count, histogram, mean } = distributionOfAll(data, 10);
  assert.deepEqual([count, sum(histogram!.counts)], [data.length, data.length]);
  assert.ok(isNear(mean!, sum(data) / data.length, 1));
});
