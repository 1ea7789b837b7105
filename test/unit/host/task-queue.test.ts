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
