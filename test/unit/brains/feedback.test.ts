import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../../../src/brains/feedback.ts";

const input = Float32Array.of(1, 2);
const prediction = (id: string, label: string | null, fields: object = {}) =>
  [id, { id, input, label, isCorrect: null, isExpired: false, ...fields }] as const;

test("each item is told what became of it, in order, and what is news is learned once", () => {
  const found = new Map([
    prediction("right", "cat"),
    prediction("wrong", "cat"),
    prediction("blank", null),
    prediction("settled", "cat", { input: null, isCorrect: true, isExpired: true }),
    prediction("late", "cat", { isExpired: true }),
  ]);
  const items = ["right", "late", "none", "wrong", "settled", "right", "blank"].map((id) => ({
    id,
    label: id === "right" ? "cat" : "dog",
  }));
  items[5] = { id: "right", label: "another" };
  const { results, lessons } = judge(items, found);
  assert.deepEqual(results, [
    { id: "right", status: "learned", predicted: "cat", correct: true },
    { id: "late", status: "expired" },
    { id: "none", status: "unknown" },
    { id: "wrong", status: "learned", predicted: "cat", correct: false },
    { id: "settled", status: "duplicate", predicted: "cat", correct: true },
    { id: "right", status: "duplicate", predicted: "cat", correct: true },
    { id: "blank", status: "learned", predicted: null, correct: false },
  ]);
  assert.deepEqual(lessons, [
    { id: "right", label: "cat", isCorrect: true, input },
    { id: "wrong", label: "dog", isCorrect: false, input },
    { id: "blank", label: "dog", isCorrect: false, input },
  ]);
});
