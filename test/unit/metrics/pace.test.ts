// Retry-After, from what was measured.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_RETRY_S, MIN_RETRY_S, Pace, retryAfterS } from "../../../src/metrics/pace.ts";

/** Lets `calls` calls pass one after the other, each taking `eachMs`. @returns when the last one ended */
function run(pace: Pace, calls: number, eachMs: number, startMs = 0): number {
  let nowMs = startMs;
  for (let call = 0; call < calls; call++) {
    pace.begin(nowMs);
    nowMs += eachMs;
    pace.end(nowMs);
  }
  return nowMs;
}

function fill(pace: Pace, calls: number, nowMs: number): void {
  for (let call = 0; call < calls; call++) pace.begin(nowMs);
}

test("256 calls at 50 a second are through after six seconds", () => {
  assert.equal(retryAfterS(256, 50, 1000), 6);
  const pace = new Pace();
  const nowMs = run(pace, 200, 20);
  fill(pace, 256, nowMs);
  assert.equal(pace.underWay, 256);
  assert.equal(pace.retryAfterS(nowMs), 6);
});

test("a rest does not make a brain slow", () => {
  const pace = new Pace();
  const nowMs = run(pace, 200, 20) + 3_600_000;
  fill(pace, 256, nowMs);
  assert.equal(pace.retryAfterS(nowMs), 6);
});

test("a brain that became slow is soon known to be slow, and one that became fast to be fast", () => {
  const pace = new Pace();
  let nowMs = run(pace, 1000, 10);
  nowMs = run(pace, 60, 1000, nowMs);
  fill(pace, 20, nowMs);
  const slowS = pace.retryAfterS(nowMs);
  assert.ok(slowS > 10 && slowS <= 20, String(slowS));
  for (let call = 0; call < 20; call++) pace.end(nowMs);
  nowMs = run(pace, 3000, 10, nowMs);
  fill(pace, 20, nowMs);
  assert.equal(pace.retryAfterS(nowMs), 1);
});

test("while nothing has ended yet, it may take as long again", () => {
  const pace = new Pace();
  fill(pace, 256, 5_000_000);
  assert.equal(pace.retryAfterS(5_000_000), MIN_RETRY_S);
  const laterS = pace.retryAfterS(5_005_000);
  assert.ok(laterS >= 3 && laterS <= 5, String(laterS));
});

test("whatever happened, the answer is a whole number of seconds within bounds", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(100_000)), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (taken) => {
      const pace = new Pace();
      let nowMs = 0;
      for (const [isBegin, passedMs] of taken) {
        nowMs += passedMs;
        if (isBegin || pace.underWay === 0) pace.begin(nowMs);
        else pace.end(nowMs);
        const seconds = pace.retryAfterS(nowMs);
        assert.ok(Number.isInteger(seconds) && seconds >= MIN_RETRY_S && seconds <= MAX_RETRY_S, String(seconds));
      }
    }),
  );
});
