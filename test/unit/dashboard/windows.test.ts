import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  duration,
  MAX_POINTS,
  readingEveryMs,
  spanOf,
  stepFor,
  WINDOWS,
  windowOf,
} from "../../../src/dashboard/charts/windows.ts";
import { stepAtAgeS, TIERS } from "../../../src/metrics/tiers.ts";

const NOW = Date.parse("2026-03-01T09:30:00Z");
const spans = fc
  .record({
    lengthS: fc.integer({ min: 1, max: 3 * 365 * 86_400 }),
    agoS: fc.integer({ min: 0, max: 3 * 365 * 86_400 }),
  })
  .map(({ lengthS, agoS }) => ({ fromMs: NOW - 1000 * (agoS + lengthS), toMs: NOW - 1000 * agoS }));

describe("windows of charts", () => {
  it("never need more points than charts get", () => {
    fc.assert(
      fc.property(spans, (span) => {
        assert.ok((span.toMs - span.fromMs) / 1000 / stepFor(span, NOW) <= MAX_POINTS);
      }),
    );
  });

  it("ask for no finer points than the server keeps of that time, and for multiples of those", () => {
    fc.assert(
      fc.property(spans, (span) => {
        const kept = stepAtAgeS((NOW - span.fromMs) / 1000);
        assert.equal(stepFor(span, NOW) % kept, 0);
      }),
    );
  });

  it("have steps that everything kept and finer divides", () => {
    for (const { stepS } of TIERS) {
      for (const { seconds } of WINDOWS) {
        const step = stepFor({ fromMs: NOW - 1000 * (seconds ?? 1e8), toMs: NOW }, NOW);
        assert.ok(step < stepS || step % stepS === 0, `${step} of ${stepS}`);
      }
    }
  });

  it("are in points of 1 s, 2 s, 10 s, 1 min, 3 min and 20 min", () => {
    const steps = WINDOWS.flatMap((window) => (window.seconds === null ? [] : [stepFor(spanOf(window, NOW, 0), NOW)]));
    assert.deepEqual(steps, [1, 2, 10, 60, 180, 1200]);
  });

  it("begin with the brain, where it is younger than they are", () => {
    const created = NOW - 120_000;
    for (const { value } of WINDOWS) assert.equal(spanOf(windowOf(value), NOW, created).fromMs, created);
  });

  it("have room for 20 seconds, however young the brain is", () => {
    assert.equal(spanOf(windowOf("all"), NOW, NOW - 1).fromMs, NOW - 20_000);
  });

  it("are read again about once a point, not more often than every 3 s and not less than every 15", () => {
    assert.deepEqual([1, 10, 7200].map(readingEveryMs), [3000, 10_000, 15_000]);
  });

  it("say durations in the largest unit that fits", () => {
    const texts = [2, 80, 90, 640, 1200, 7200, 86_400, 172_800].map(duration);
    assert.deepEqual(texts, ["2 s", "80 s", "90 s", "10.7 min", "20 min", "2 h", "1 day", "2 days"]);
  });
});
