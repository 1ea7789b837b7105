import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Activity } from "../../../src/host/activity.ts";
import { BlackBox } from "../../../src/host/black-box.ts";
import { HostRefusal } from "../../../src/host/protocol.ts";

function observed() {
  const box = BlackBox.open(`engram-test-${process.pid}-${performance.now()}`);
  assert.ok(box !== null);
  let nowMs = 0;
  const activity = new Activity(box.fd, () => nowMs);
  return { box, activity, pass: (ms: number) => (nowMs += ms) };
}

test("what is under way can be read from outside, from before its first step until it is done", async () => {
  const { box, activity } = observed();
  const piece = { brain: "a", op: "apply", seq: 7 } as const;
  assert.deepEqual(box.pieces, []);
  await activity.during(piece, () => assert.deepEqual(box.pieces, [piece]));
  await activity.during({ brain: "b", op: "load" }, () => assert.deepEqual(box.pieces, [{ brain: "b", op: "load" }]));
  await nextTurn();
  assert.deepEqual(box.pieces, []);
  box.close();
});

test("what failed stays written, what was refused does not", async () => {
  const { box, activity } = observed();
  const refused = activity.during({ brain: "a", op: "load" }, () => {
    throw new HostRefusal("damaged", "bad bytes");
  });
  await assert.rejects(refused, HostRefusal);
  await nextTurn();
  assert.deepEqual(box.pieces, []);
  const failed = activity.during({ brain: "b", op: "apply", seq: 1 }, () => {
    throw new RangeError("a bug");
  });
  await assert.rejects(failed, RangeError);
  assert.deepEqual(box.pieces, [{ brain: "b", op: "apply", seq: 1 }]);
  box.clear();
  assert.deepEqual(box.pieces, []);
  box.close();
});

test("more than the file holds is cut, the latest is kept", async () => {
  const { box, activity } = observed();
  let finish = (): void => {};
  const end = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const brain = "x".repeat(36);
  const all = Array.from({ length: 200 }, (_, seq) => activity.during({ brain, op: "apply", seq }, () => end));
  assert.ok(box.pieces.length > 20);
  assert.equal(box.pieces.at(-1)?.seq, 199);
  finish();
  await Promise.all(all);
  await nextTurn();
  assert.deepEqual(box.pieces, []);
  box.close();
});

test("a report counts time once, however much runs side by side, and goes on with what is under way", async () => {
  const { box, activity, pass } = observed();
  pass(100);
  let finish = (): void => {};
  const end = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const long = activity.during({ brain: "a", op: "load" }, () => end);
  pass(10);
  await activity.during({ brain: "b", op: "read" }, () => void pass(20));
  for (const rows of [1, 32, 1]) activity.countBatch(rows);
  const { memoryBytes, ...first } = activity.report();
  assert.deepEqual(first, { elapsedMs: 130, busyMs: 30, brains: { a: 30, b: 20 }, batches: { 1: 2, 32: 1 } });
  assert.ok(memoryBytes > 0);
  pass(5);
  finish();
  await long;
  const { memoryBytes: _, ...second } = activity.report();
  assert.deepEqual(second, { elapsedMs: 5, busyMs: 5, brains: { a: 5 }, batches: {} });
  await nextTurn();
  box.close();
});

test("a file that cannot be written any more does not stop the work", async () => {
  const { box, activity } = observed();
  box.close();
  assert.equal(await activity.during({ brain: "a", op: "read" }, () => 7), 7);
  assert.equal(await activity.during({ brain: "a", op: "read" }, () => 8), 8);
});

test("work that rests is not under way meanwhile, and its brain is charged for none of it", async () => {
  const { box, activity, pass } = observed();
  const piece = { brain: "a", op: "apply", seq: 1 } as const;
  let wake = (): void => {};
  const pause = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const done = activity.during(piece, async (rest) => {
    pass(2);
    await rest(pause);
    assert.deepEqual(box.pieces, [piece]);
    pass(3);
  });
  await activity.during({ brain: "b", op: "read" }, () => {
    assert.deepEqual(box.pieces, [{ brain: "b", op: "read" }]);
    pass(10);
  });
  wake();
  await done;
  const { busyMs, brains } = activity.report();
  assert.deepEqual([busyMs, brains], [15, { a: 5, b: 10 }]);
  box.close();
});
