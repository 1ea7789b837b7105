// The parts of stream experiments that compute: chance that can be repeated, plans, and what the tables say of orders.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnRows, generatorOf, shuffled } from "../../../examples/random.ts";
import { comparedTable, lossOf } from "../../../examples/streams/report.ts";
import { type Outcome, type Pool, planOf } from "../../../examples/streams/stream.ts";

const pool: Pool = {
  name: "tiny",
  classes: ["a", "b", "c"],
  config: {},
  taught: { dataset: "train", samplesPerClass: 9 },
  judged: { dataset: "test" },
  judgedOf: new Map([
    ["a", 10],
    ["b", 30],
    ["c", 10],
  ]),
  isJudgedByClass: true,
  draw: () => ({ id: "drawn", name: "", body: new Uint8Array() }),
};

test("rows are drawn class by class without putting back, the same for the same seed", () => {
  const labels = Array.from({ length: 60 }, (_, row) => row % 3);
  const drawn = drawnRows(labels, 4, 7);
  assert.deepEqual(drawn, drawnRows(labels, 4, 7));
  assert.notDeepEqual(drawn, drawnRows(labels, 4, 8));
  assert.equal(new Set(drawn).size, 12);
  for (const label of [0, 1, 2]) assert.equal(drawn.filter((row) => labels[row] === label).length, 4);
  assert.deepEqual(drawnRows(labels, 20, 1), [...labels.keys()]);
  assert.throws(() => drawnRows(["cat", "cat", "dog"], 2, 1), /class dog has 1 rows, not 2/);
  assert.deepEqual(shuffled([1, 2, 3, 4], generatorOf(3)).toSorted(), [1, 2, 3, 4]);
});

test("a stream is a phase for each group of classes, judged behind the last one alone", () => {
  const stream = { name: "in turn", groups: [["b"], ["a", "c"]], seed: 5, brainSeed: 1 };
  const { phases, evaluations } = planOf(pool, stream, { consolidate: true });
  assert.deepEqual(
    evaluations.map(({ name, classes }) => [name, classes]),
    [
      ["all", ["a", "b", "c"]],
      ["class a", ["a"]],
      ["class b", ["b"]],
      ["class c", ["c"]],
    ],
  );
  const common = { dataset: "train", samplesPerClass: 9, seed: 5, consolidate: true };
  assert.deepEqual(phases, [
    { name: "1 of 2", ...common, classes: ["b"], evaluate: [] },
    { name: "2 of 2", ...common, classes: ["a", "c"], evaluate: ["all", "class a", "class b", "class c"] },
  ]);
  const together = planOf({ ...pool, isJudgedByClass: false }, stream, {});
  assert.deepEqual(
    together.evaluations.map(({ name }) => name),
    ["all"],
  );
});

test("the table tells how far the orders are apart, and what classes of the first half lose", () => {
  const outcome = (groups: readonly string[][], accuracy: number, ...shares: number[]): Outcome => ({
    learner: "brain",
    stream: { name: "", groups, seed: 1, brainSeed: 1 },
    accuracy,
    calibration: 0.05,
    ofClass: Object.fromEntries(pool.classes.map((label, at) => [label, shares[at] ?? 0])),
    seconds: 2,
  });
  const mixed = [outcome([["a", "b", "c"]], 0.9, 1, 0.8, 0.9), outcome([["a", "b", "c"]], 0.92, 1, 0.9, 0.9)];
  const first = outcome([["b"], ["a"], ["c"]], 0.85, 1, 0.75, 0.9);
  const second = outcome([["a"], ["c"], ["b"]], 0.86, 0.9, 0.8, 0.9);
  assert.ok(Math.abs(lossOf(first, mixed, pool) - 0.1) < 1e-12, "of b alone");
  assert.ok(Math.abs(lossOf(outcome([["a", "b"], ["c"]], 0, 0.5, 0.5), mixed, pool) - (0.8875 - 0.5)) < 1e-12);
  assert.deepEqual(comparedTable("", "in turn", { ordered: [first, second], mixed }, pool).rows, [
    ["brain", "85.5 (85.0–86.0)", "91.0 (90.0–92.0)", "1.00", "2.00", "7.00", "10.00", "5.0", "2"],
  ]);
});
