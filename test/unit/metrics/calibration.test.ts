// The expected calibration error by hand, and as laws.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { binOf } from "../../../src/brain/measures/reliability.ts";
import { calibrationOf, errorOver } from "../../../src/metrics/calibration.ts";

const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual}, not ${expected}`);

/** Answers "a", of which some are right; null for those that name no label. */
const judged = (answers: readonly (readonly [confidence: number, isRight: boolean] | null)[]) =>
  calibrationOf(
    answers.map((answer) => (answer?.[1] === true ? "a" : "b")),
    answers.map((answer) => ({ label: answer === null ? null : "a", confidence: answer?.[0] ?? 0 })),
  );

test("a worked example: bins weigh as many answers as they hold, and no answer is in none", () => {
  const { error, unanswered, bins } = judged([[0.95, true], [1, false], [0.5, true], [0.5, true], null]);
  // Of four answers two in the last bin are 0.975 sure and half right, two in the eighth are half sure and right.
  near(error, (2 * Math.abs(0.5 - 0.975) + 2 * Math.abs(1 - 0.5)) / 4);
  assert.equal(unanswered, 1);
  assert.deepEqual(
    bins.map(({ samples }) => samples),
    [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2],
  );
  assert.deepEqual(bins[7], { from: 7 / 15, to: 8 / 15, samples: 2, confidence: 0.5, accuracy: 1 });
  assert.deepEqual(bins[0], { from: 0, to: 1 / 15, samples: 0, confidence: null, accuracy: null });
});

test("who is as often right as he is sure has no error, who is sure and wrong the whole", () => {
  near(judged(Array.from({ length: 20 }, (_, i) => [0.75, i % 4 !== 0] as const)).error, 0);
  assert.equal(
    judged([
      [1, true],
      [1, true],
    ]).error,
    0,
  );
  assert.equal(
    judged([
      [1, false],
      [1, false],
    ]).error,
    1,
  );
  assert.equal(judged([[0, true]]).error, 1);
});

test("nothing answered is no error, not none", () => {
  const { error, unanswered } = judged([null, null]);
  assert.deepEqual([error, unanswered], [null, 2]);
});

test("a confidence on the edge of two bins is in the lower one", () => {
  for (let edge = 1; edge <= 15; edge++) assert.equal(binOf(edge / 15), edge - 1);
  assert.deepEqual([binOf(0), binOf(1e-9), binOf(1 / 15 + 1e-9)], [0, 0, 1]);
});

test("samples judged in pieces have the error of all together, and every one is counted once", () => {
  const answer = fc.option(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { freq: 6 });
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 60 }), fc.nat(60), (answers, cut) => {
      const whole = judged(answers);
      const pieces = [answers.slice(0, cut), answers.slice(cut)].map(judged);
      const error = errorOver(pieces);
      if (whole.error === null) assert.equal(error, null);
      else assert.ok(error !== null && Math.abs(error - whole.error) < 1e-9);
      const counted = whole.bins.reduce((sum, { samples }) => sum + samples, whole.unanswered);
      assert.equal(counted, answers.length);
      assert.ok(whole.error === null || (whole.error >= 0 && whole.error <= 1));
    }),
  );
});
