import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ClassRow, pressed, sortedClasses } from "../../../src/dashboard/pages/brain/classes/class-rows.ts";
import { inLabelOrder, levelOf, mostConfused, supports } from "../../../src/dashboard/pages/brain/classes/confusion.ts";

const rowOf = (label: string, accuracy: number | null, samples = 1): ClassRow => ({
  label,
  samples,
  right: 0,
  accuracy,
  accuracyFaded: accuracy,
  heldOut: 0,
  holdoutAccuracy: null,
  holdoutBest: null,
  forgetting: null,
  remembered: null,
});

const labels = (rows: readonly ClassRow[]): string => rows.map(({ label }) => label).join(" ");

test("classes are sorted as people count, and what has no value comes last either way", () => {
  const rows = [rowOf("c10", 0.5), rowOf("c2", null), rowOf("c1", 0.9), rowOf("c3", 0.5)];
  assert.equal(labels(sortedClasses(rows, { column: "label", isDescending: false })), "c1 c2 c3 c10");
  assert.equal(labels(sortedClasses(rows, { column: "accuracy", isDescending: false })), "c3 c10 c1 c2");
  assert.equal(labels(sortedClasses(rows, { column: "accuracy", isDescending: true })), "c1 c3 c10 c2");
});

test("a press on the same column turns the order, one on another begins with its most telling end", () => {
  const order = { column: "accuracy", isDescending: false } as const;
  assert.deepEqual(pressed(order, "accuracy"), { column: "accuracy", isDescending: true });
  assert.deepEqual(pressed(order, "forgetting"), { column: "forgetting", isDescending: true });
  assert.deepEqual(pressed(order, "holdoutAccuracy"), { column: "holdoutAccuracy", isDescending: false });
});

test("mistakes are ranked by how often they were made, then by their share; what was right is none, no answer is one", () => {
  const confusion = {
    labels: ["cat", "dog", "owl"],
    counts: [
      [9, 3, 0],
      [3, 0, 0],
      [0, 1, 50],
    ],
    unanswered: [0, 0, 4],
  };
  assert.deepEqual(supports(confusion), [12, 3, 55]);
  assert.deepEqual(mostConfused(confusion, 3), [
    { truth: "owl", taken: null, count: 4, share: 4 / 55 },
    { truth: "dog", taken: "cat", count: 3, share: 1 },
    { truth: "cat", taken: "dog", count: 3, share: 0.25 },
  ]);
  assert.equal(mostConfused(confusion, 99).length, 4);
});

test("a matrix in the order of its labels says of each pair what it said before", () => {
  const labels = fc.uniqueArray(fc.constantFrom<string>("c1", "c2", "c10", "a", "B"), { minLength: 1 });
  fc.assert(
    fc.property(labels, fc.infiniteStream(fc.nat(9)), (names, numbers) => {
      const next = (): number => numbers.next().value;
      const before = { labels: names, counts: names.map(() => names.map(next)), unanswered: names.map(next) };
      const after = inLabelOrder(before);
      assert.deepEqual(
        after.labels,
        ["a", "B", "c1", "c2", "c10"].filter((label) => names.includes(label)),
      );
      for (const [i, truth] of after.labels.entries()) {
        assert.equal(after.unanswered[i], before.unanswered[names.indexOf(truth)]);
        for (const [j, taken] of after.labels.entries()) {
          assert.equal(after.counts[i]?.[j], before.counts[names.indexOf(truth)]?.[names.indexOf(taken)]);
        }
      }
    }),
  );
});

test("only nothing has the ramp's first colour, only more than four fifths its last, and more is never paler", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
      assert.equal(levelOf(a) === 0, a === 0);
      assert.equal(levelOf(a) === 5, a > 0.8);
      if (a <= b) assert.ok(levelOf(a) <= levelOf(b));
    }),
  );
});
