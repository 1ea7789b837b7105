import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrainEvent } from "../../../../src/brain/events.ts";
import { Random } from "../../../../src/brain/random.ts";
import { gaussianMatrix, learned, SMALL } from "../support.ts";
import { applyWhole, newMeasured } from "./support.ts";

const BLUEPRINT = { kind: "plastic", config: { ...SMALL, hiddenDim: 16, holdout: 40, memorySize: 500 } } as const;

/** Lessons of two classes. */
function lessons(count: number, rows: number, seed = 1): BrainEvent[] {
  const random = Random.seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const classes = Array.from({ length: rows }, () => random.below(2));
    const newLabels = index === 0 && seed === 1 ? ["a", "b"] : [];
    return learned(gaussianMatrix(random, rows, SMALL.inputDim), classes, { newLabels });
  });
}

test("the hold-out is evaluated as soon as ten times as many samples were learned as it holds, and not before", async () => {
  const measured = await newMeasured(BLUEPRINT);
  let learnedSince = 0;
  let evaluations = 0;
  for (const event of lessons(300, 4)) {
    const { outcome, findings } = await measured.apply(event, measured.seq + 1);
    assert.ok(outcome.type === "learned");
    learnedSince += outcome.samples - outcome.heldOut;
    const heldOut = findings.numbers.heldOut!;
    assert.equal(findings.isEvaluating, heldOut > 0 && learnedSince >= 10 * heldOut);
    while (measured.isEvaluating) await measured.evaluatePiece();
    if (!findings.isEvaluating) continue;
    evaluations++;
    learnedSince = 0;
    assert.equal(measured.report().holdout.evaluatedSeq, measured.seq);
  }
  assert.ok(evaluations >= 2, `${evaluations} evaluations`);
});

test("an evaluation is made of small pieces, and tells what a caller's question tells", async () => {
  const measured = await newMeasured({ ...BLUEPRINT, config: { ...BLUEPRINT.config, rejectBelow: 0.2 } });
  for (const event of lessons(50, 30)) await applyWhole(measured, event);
  await measured.apply({ type: "taskStarted", name: null }, measured.seq + 1);
  const { heldOut } = measured.report().holdout;
  assert.ok(heldOut > 64, `${heldOut} are held out`);
  let pieces = 0;
  for (; measured.isEvaluating; pieces++) await measured.evaluatePiece();
  assert.equal(pieces, Math.ceil(heldOut / 32));
  const { tensors } = await measured.state();
  const data = tensors["measures.heldOut"]!.data as Float32Array;
  const owners = tensors["measures.heldOutOwners"]!.data;
  const predictions = await measured.brain.predict({ rows: heldOut, cols: SMALL.inputDim, data }, 1);
  const right = predictions.filter(({ label }, row) => label === ["a", "b"][owners[2 * row]!]).length;
  const { holdout, tasks } = measured.report();
  assert.deepEqual([holdout.samples, holdout.right], [heldOut, right]);
  assert.equal(tasks[0]?.holdoutAccuracy, right / heldOut);
});

test("each task that ends has a row of its own, of the state that it ended with", async () => {
  const measured = await newMeasured(BLUEPRINT);
  const accuracies: (number | null)[] = [];
  for (const [index, type] of (["taskStarted", "consolidated", "taskStarted"] as const).entries()) {
    for (const event of lessons(10, 20, index + 1)) await applyWhole(measured, event);
    await applyWhole(measured, type === "consolidated" ? { type } : { type, name: null });
    accuracies.push(measured.report().holdout.accuracy);
  }
  const { transfer, tasks } = measured.report();
  assert.deepEqual(transfer.tasks, [0, 1, 2, 3]);
  assert.deepEqual(
    transfer.matrix.map((row) => row.map((value) => value !== null)),
    [
      [true, false, false, false],
      [true, true, false, false],
      [true, true, true, false],
      [false, false, false, false],
    ],
  );
  assert.equal(transfer.matrix[0]?.[0], accuracies[0]);
  assert.ok(transfer.forgetting !== null && transfer.backwardTransfer !== null);
  const firsts = tasks.slice(1).flatMap(({ firstAccuracy }) => firstAccuracy ?? []);
  assert.equal(transfer.forwardTransfer, firsts.reduce((sum, value) => sum + value, 0) / firsts.length);
});

test("the last 64 tasks are kept, and their numbers count all that there were", async () => {
  const measured = await newMeasured(BLUEPRINT);
  for (const event of lessons(70, 3)) {
    await applyWhole(measured, event);
    await applyWhole(measured, { type: "consolidated" });
    await applyWhole(measured, { type: "consolidated" }); // nothing was learned since: no task of its own
  }
  const { tasks, transfer } = measured.report();
  assert.deepEqual(
    tasks.map(({ task }) => task),
    Array.from({ length: 64 }, (_, index) => index + 7),
  );
  assert.deepEqual([tasks.at(-1)?.samples, tasks.at(-2)?.samples], [0, 3]);
  assert.equal(transfer.matrix.length, 64);
});

test("a brain of more than 512 classes has no confusion matrix any more, and counts on", async () => {
  const measured = await newMeasured({ ...BLUEPRINT, config: { ...BLUEPRINT.config, holdout: 0 } });
  const random = Random.seeded(1);
  const teach = (classes: number[], newLabels: string[] = []) =>
    applyWhole(measured, learned(gaussianMatrix(random, classes.length, SMALL.inputDim), classes, { newLabels }));
  const labels = Array.from({ length: 513 }, (_, index) => `c${index}`);
  await teach([0, 511], labels.slice(0, 512));
  assert.deepEqual(measured.report().confusion?.unanswered[511], 1);
  await teach([512], labels.slice(512));
  const { confusion, classes } = measured.report();
  assert.equal(confusion, null);
  assert.deepEqual([classes[511]?.samples, classes[512]?.samples], [1, 1]);
  assert.ok("measures.confusion" in (await measured.state()).tensors);
});
