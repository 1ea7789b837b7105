import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Deadline, isOverWithin } from "../../src/deadline.ts";

test("shares of a deadline come one after the other, and none is negative", async () => {
  const deadline = new Deadline(1000);
  assert.ok(deadline.leftMs(0.5) <= 500 && deadline.leftMs(1) > deadline.leftMs(0.5));
  assert.equal(deadline.leftMs(0), 0);
  const never = new Deadline(Number.POSITIVE_INFINITY);
  assert.equal(never.leftMs(0.5), Number.POSITIVE_INFINITY);
});

test("work is waited for as long as told, and its failure heard while it is", async () => {
  assert.equal(await isOverWithin(sleep(1), Number.POSITIVE_INFINITY), true);
  assert.equal(await isOverWithin(sleep(1), 10_000), true);
  assert.equal(await isOverWithin(new Promise(() => {}), 5), false);
  await assert.rejects(isOverWithin(Promise.reject(new Error("no")), 10_000), /^Error: no$/);
  const late = sleep(20).then(() => Promise.reject(new Error("late")));
  assert.equal(await isOverWithin(late, 1), false);
  await sleep(40); // an unhandled rejection would fail the run
});
