// When panic counts as evidence against what was known, by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { columnOf } from "../../../src/brain/analytic/class-sums.ts";
import { readoutHeader } from "../../../src/brain/analytic/readout-state.ts";
import { areRefuted, type Judged, suspectsOf } from "../../../src/brain/analytic/refuted.ts";

const times = (count: number, classId: number, context: number, answer: number): Judged[] =>
  new Array<Judged>(count).fill({ column: columnOf(classId, context), answer });

test("suspect is who claims more in panic, wrongly, than half of what is its own in calm, among as many samples", () => {
  // 40 calm samples to 20 of panic: 10 right ones in calm are as much as 5 in panic.
  const calm = [...times(10, 0, 0, 0), ...times(10, 1, 0, 1), ...times(20, 2, 0, 1)];
  const panic = (claims: number) => [...times(claims, 1, 1, 0), ...times(20 - claims, 1, 1, 1)];
  assert.deepEqual(suspectsOf([...calm, ...panic(2)]), []);
  assert.deepEqual(suspectsOf([...calm, ...panic(3)]), [0]);
  assert.deepEqual(suspectsOf(calm), []);
  // Whoever is never right in calm has nothing to lose.
  assert.deepEqual(suspectsOf([...calm, ...times(1, 1, 1, 2), ...times(19, 1, 1, 1)]), [2]);
});

test("refuted they are when a quarter of what was wrong in panic comes right without them, and four samples at least", () => {
  const panic = (wrong: number) => [...times(wrong, 1, 1, 0), ...times(30 - wrong, 1, 1, 1)];
  assert.equal(areRefuted(panic(20), panic(16)), false);
  assert.equal(areRefuted(panic(20), panic(15)), true);
  assert.equal(areRefuted(panic(8), panic(5)), false);
  assert.equal(areRefuted(panic(8), panic(4)), true);
  // What calm samples say of it does not matter: they are what is in question.
  assert.equal(areRefuted([...panic(20), ...times(50, 0, 0, 0)], [...panic(15), ...times(50, 0, 0, 1)]), true);
});

test("a state from before there were refuted classes has none; others are classes with weights, ascending", () => {
  const header = { exponent: 0, samples: 5, classes: 3, temperature: 8, trust: 6 };
  assert.deepEqual(readoutHeader(header).refuted, []);
  assert.deepEqual(readoutHeader({ ...header, refuted: [0, 2] }).refuted, [0, 2]);
  for (const refuted of [[2, 0], [1, 1], [3], [-1], [0.5], "0", null]) {
    assert.throws(() => readoutHeader({ ...header, refuted }), /readout\.refuted/);
  }
});
