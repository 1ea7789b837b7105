import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { smoothed } from "../../../src/dashboard/charts/smoothing.ts";

const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const values = fc.array(fc.option(value, { freq: 4 }), { maxLength: 80 });
const halfLife = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
/** Seconds, some of them far apart. */
const timesOf = (length: number): number[] =>
  Array.from({ length }, (_, place) => 1.7e9 + place + (place % 5 === 4 ? 0.5 : 0));

/** Stretches without a gap. */
const stretches = (all: readonly (number | null)[]): number[][] => {
  const found: number[][] = [[]];
  for (const one of all) {
    if (one === null) found.push([]);
    else found.at(-1)?.push(one);
  }
  return found.filter((stretch) => stretch.length > 0);
};

describe("smoothing", () => {
  it("begins anew where another stretch begins, as if that were all", () => {
    fc.assert(
      fc.property(values, values, halfLife, (left, right, half) => {
        const all = [...left, ...right];
        const times = timesOf(all.length);
        const beginnings = [times[0] ?? 0, ...(right.length > 0 ? [times[left.length] ?? 0] : [])];
        const [before, after] = [times.slice(0, left.length), times.slice(left.length)];
        const apart = [...smoothed(before, left, half), ...smoothed(after, right, half)];
        assert.deepEqual(smoothed(times, all, half, beginnings), apart);
      }),
    );
  });

  it("leaves what is constant as it is, to the bit", () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 50 }), halfLife, (constant, length, half) => {
        const all = Array.from({ length }, () => constant);
        assert.deepEqual(smoothed(timesOf(length), all, half), all);
      }),
    );
  });

  it("stays between the least and the greatest of its stretch", () => {
    fc.assert(
      fc.property(values, halfLife, (all, half) => {
        const [before, after] = [stretches(all), stretches(smoothed(timesOf(all.length), all, half))];
        assert.equal(after.length, before.length);
        for (const [place, stretch] of after.entries()) {
          const [least, greatest] = [Math.min(...(before[place] ?? [])), Math.max(...(before[place] ?? []))];
          assert.ok(stretch.every((one) => one >= least && one <= greatest));
        }
      }),
    );
  });

  it("is null where nothing was measured, and begins anew behind it", () => {
    fc.assert(
      fc.property(values, values, halfLife, (left, right, half) => {
        const all = [...left, null, ...right];
        const times = timesOf(all.length);
        const whole = smoothed(times, all, half);
        assert.deepEqual(
          whole.map((one) => one === null),
          all.map((one) => one === null),
        );
        assert.deepEqual(whole.slice(left.length + 1), smoothed(times.slice(left.length + 1), right, half));
      }),
    );
  });

  it("begins a stretch with its first value, without a pull to 0", () => {
    assert.equal(smoothed([0, 1], [0.9, 0.5], 100)[0], 0.9);
  });

  it("weighs a point half as much as one that is a half-life newer", () => {
    const [, second] = smoothed([0, 10], [0, 3], 10);
    assert.equal(second, 2); // (0 · ½ + 3 · 1) / 1½
  });

  it("counts time, not points", () => {
    const near = smoothed([0, 1], [0, 1], 10)[1] ?? 0;
    const far = smoothed([0, 100], [0, 1], 10)[1] ?? 0;
    assert.ok(far > 0.99 && near < 0.53);
  });

  it("gives back what was measured where there is no half-life", () => {
    fc.assert(fc.property(values, (all) => assert.deepEqual(smoothed(timesOf(all.length), all, 0), all)));
  });
});
