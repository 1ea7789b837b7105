import assert from "node:assert/strict";
import { test } from "node:test";
import { Scheduler } from "../../../src/host/scheduler.ts";
import { TaskQueue } from "../../../src/host/task-queue.ts";

test("what a task leaves behind is done before the next one, piece by piece, and other brains go on in between", async () => {
  const done: string[] = [];
  const scheduler = new Scheduler((error) => assert.fail(String(error)));
  const [one, other] = [new TaskQueue(scheduler), new TaskQueue(scheduler)];
  let pieces = 0;
  const first = one.run(async () => {
    done.push("first");
    one.follow(async () => {
      done.push(`piece ${++pieces}`);
      // Arrives while the pieces are under way.
      if (pieces === 1) setImmediate(() => void other.run(async () => void done.push("other")));
      return pieces < 3;
    });
  });
  const second = one.run(async () => void done.push("second"));
  await first;
  assert.deepEqual(done, ["first"]); // its answer does not wait for what follows
  await second;
  assert.deepEqual(
    done.filter((name) => name !== "other"),
    ["first", "piece 1", "piece 2", "piece 3", "second"],
  );
  const at = done.indexOf("other");
  assert.ok(at > done.indexOf("piece 1") && at < done.indexOf("piece 3"), done.join());
});

test("a task that pauses goes on before the next one of its brain begins, and everything else goes on in between", async () => {
  const done: string[] = [];
  const scheduler = new Scheduler((error) => assert.fail(String(error)));
  let nowMs = 0;
  const [one, other] = [0, 1].map(() => new TaskQueue(scheduler, () => nowMs)) as [TaskQueue, TaskQueue];
  const long = one.run(async (pace) => {
    assert.equal(pace(), undefined, "it has only begun");
    for (const piece of [1, 2, 3]) {
      done.push(`long ${piece}`);
      if (piece === 1) setImmediate(() => void other.run(async () => void done.push("other")));
      nowMs += 10;
      await pace();
    }
    return "result";
  });
  const next = one.run(async () => void done.push("next"));
  assert.equal(await long, "result");
  await next;
  assert.deepEqual(
    done.filter((name) => name !== "other"),
    ["long 1", "long 2", "long 3", "next"],
  );
  const at = done.indexOf("other");
  assert.ok(at > done.indexOf("long 1") && at < done.indexOf("long 3"), done.join());
});

test("what a task throws after a pause reaches the scheduler", async () => {
  const heard = new Promise((resolve) => {
    let nowMs = 0;
    const queue = new TaskQueue(new Scheduler(resolve), () => nowMs);
    void queue.run(async (pace) => {
      nowMs += 10;
      await pace();
      throw new RangeError("a bug");
    });
  });
  assert.ok((await heard) instanceof RangeError);
});
