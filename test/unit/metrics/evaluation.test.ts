// Accuracy, scores per class and the confusion matrix, by hand and as laws.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluate, MAX_CONFUSION_LABELS } from "../../../src/metrics/evaluation.ts";

test("a worked example", () => {
  const truth = ["cat", "cat", "cat", "dog", "dog", "owl"];
  const answers = ["cat", "cat", "dog", "dog", null, "fox"];
  assert.deepEqual(evaluate(truth, answers), {
    samples: 6,
    accuracy: 0.5,
    classes: [
      { label: "cat", support: 3, precision: 1, recall: 2 / 3, f1: 0.8 },
      { label: "dog", support: 2, precision: 0.5, recall: 0.5, f1: 0.5 },
      { label: "owl", support: 1, precision: null, recall: 0, f1: 0 },
      { label: "fox", support: 0, precision: 0, recall: null, f1: 0 },
    ],
    confusion: {
      labels: ["cat", "dog", "owl", "fox"],
      counts: [
        [2, 1, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
      ],
      unanswered: [0, 1, 0, 0],
    },
  });
});

const labels = fc.constantFrom("a", "b", "c", "__proto__", "constructor");
const samples = fc.array(fc.tuple(labels, fc.option(labels)), { minLength: 1, maxLength: 40 });

test("the matrix holds every sample once, and the scores are what it says", () => {
  fc.assert(
    fc.property(samples, (pairs) => {
      const { confusion, classes, accuracy } = evaluate(
        pairs.map(([truth]) => truth),
        pairs.map(([, answer]) => answer),
      );
      assert.ok(confusion !== null);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
      const diagonal = sum(confusion.counts.map((cells, index) => cells[index]!));
      assert.equal(accuracy, diagonal / pairs.length);
      for (const [index, { label, support, precision, recall, f1 }] of classes.entries()) {
        const row: readonly number[] = confusion.counts[index]!;
        const answered = sum(confusion.counts.map((cells) => cells[index]!));
        assert.equal(label, confusion.labels[index]);
        assert.equal(sum(row) + confusion.unanswered[index]!, support);
        assert.equal(precision, answered === 0 ? null : row[index]! / answered);
        assert.equal(recall, support === 0 ? null : row[index]! / support);
        const [p, r] = [precision ?? 0, recall ?? 0];
        assert.ok(Math.abs(f1 - (p + r === 0 ? 0 : (2 * p * r) / (p + r))) < 1e-12);
      }
    }),
  );
});

test("with too many classes there is no matrix, but all scores", () => {
  const truth = Array.from({ length: MAX_CONFUSION_LABELS + 1 }, (_, index) => `class-${index}`);
  const { confusion, classes, accuracy } = evaluate(truth, truth);
  assert.deepEqual([confusion, classes.length, accuracy], [null, truth.length, 1]);
});
