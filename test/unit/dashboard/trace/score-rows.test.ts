// What is said of classes, as rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, sizeOf } from "../../../../src/dashboard/pages/brain/trace/score-rows.ts";

test("each class has one row, in the order of the first input, and null where nothing is said of it", () => {
  const rows = rowsOf([
    [
      { label: "cat", score: 0.8 },
      { label: "dog", score: 0.2 },
    ],
    [
      { label: "owl", score: 0.6 },
      { label: "cat", score: 0.4 },
    ],
  ]);
  assert.deepEqual(rows, [
    { label: "cat", values: [0.8, 0.4] },
    { label: "dog", values: [0.2, null] },
    { label: "owl", values: [null, 0.6] },
  ]);
});

test("the axis reaches the largest size, and has some length even without any", () => {
  assert.equal(sizeOf([{ label: "cat", values: [0.2, -0.7, null] }]), 0.7);
  assert.ok(sizeOf([]) > 0);
});
