import assert from "node:assert/strict";
import { test } from "node:test";
import { backwardTransfer, forgetting, forwardTransfer } from "../../../../src/brain/measures/transfer.ts";

test("two tasks, worked out by hand: 0.9 on the first became 0.5", () => {
  const matrix = [
    [0.9, null],
    [0.5, 0.8],
  ];
  assert.equal(forgetting(matrix), 0.4);
  assert.equal(backwardTransfer(matrix), -0.4);
});

test("forgetting is from the best that there was, backward transfer from the end of the task itself", () => {
  const matrix = [
    [0.5, null, null],
    [1, 0.25, null],
    [0.5, 0.75, 1],
  ];
  assert.equal(forgetting(matrix), (0.5 - 0.5) / 2);
  assert.equal(backwardTransfer(matrix), (0 + 0.5) / 2);
});

test("what was never measured counts for nothing: no number comes from fewer than two tasks", () => {
  for (const matrix of [[], [[0.9]], [[null]], [[null, null], []], [[], [0.5, 0.8]]]) {
    assert.equal(forgetting(matrix), null);
    assert.equal(backwardTransfer(matrix), null);
  }
  assert.equal(
    forgetting([
      [0.75, null, null],
      [null, null, null],
      [0.25, null, 1],
    ]),
    0.5,
  );
});

test("forward transfer is the mean of the first answers about the later tasks", () => {
  assert.equal(forwardTransfer([0.5, null, 1]), 0.75);
  assert.equal(forwardTransfer([]), null);
  assert.equal(forwardTransfer([null]), null);
});
