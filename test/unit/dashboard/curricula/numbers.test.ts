import assert from "node:assert/strict";
import { test } from "node:test";
import {
  directionOf,
  formatOf,
  labelOf,
  signed,
  sortedNumbers,
} from "../../../../src/dashboard/pages/brain/curricula/numbers.ts";

const SUMMARY = { initial: 0, final: 1, mean: 0.5, improvement: 1 };

test("numbers stand in the order in which they are read, unknown ones at the end", () => {
  const summary = { sparks: SUMMARY, reward: SUMMARY, "evaluation.new": SUMMARY, accuracy: SUMMARY, novelty: SUMMARY };
  assert.deepEqual(
    sortedNumbers(summary).map(([name]) => labelOf(name)),
    ["Accuracy while learning", "new", "Reward", "Novelty", "sparks"],
  );
});

test("a change has its sign, and says whether it is for the better where that can be said", () => {
  assert.equal(signed(0.32, formatOf("accuracy")), "+32.0 %");
  assert.equal(signed(-0.32, formatOf("evaluation.new")), "−32.0 %");
  assert.equal(signed(0.00001, formatOf("accuracy")), "0.0 %");
  assert.equal(signed(-0.5, formatOf("sparks")), "−0.5");
  assert.deepEqual(
    [directionOf("accuracy", 0.1), directionOf("forgetting", 0.1), directionOf("evaluation.old", -0.1)],
    ["better", "worse", "worse"],
  );
  assert.deepEqual([directionOf("novelty", 0.1), directionOf("accuracy", 0)], [undefined, undefined]);
});
