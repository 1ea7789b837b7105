import assert from "node:assert/strict";
import { test } from "node:test";
import { stepAtAgeS, TIERS } from "../../../src/metrics/tiers.ts";

test("steps and spans divide those after them, so that no point is ever cut", () => {
  for (const [place, { stepS, keepS, spanS }] of TIERS.entries()) {
    const next = TIERS[place + 1];
    if (next === undefined) break;
    assert.equal(next.stepS % stepS, 0);
    assert.equal(next.spanS % next.stepS, 0);
    assert.equal(next.spanS % Math.max(spanS, 1), 0);
    assert.ok(next.keepS > keepS);
  }
});

test("the age tells the resolution", () => {
  assert.deepEqual([0, 900, 901, 86_400, 10 * 86_400, 1e9].map(stepAtAgeS), [1, 1, 10, 60, 600, 7200]);
});
