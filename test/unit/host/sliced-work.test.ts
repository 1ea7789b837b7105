import assert from "node:assert/strict";
import { test } from "node:test";
import { HostRefusal } from "../../../src/host/protocol.ts";
import { type Queue, Scheduler } from "../../../src/host/scheduler.ts";
import { SlicedWork } from "../../../src/host/sliced-work.ts";

const raise = (error: unknown): never => {
  throw error;
};

function spin(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test("what arrives while a load runs comes after a slice, not after the load; slices and other work never overlap", async () => {
  const scheduler = new Scheduler(raise);
  let isSlice = false;
  const load = new SlicedWork(scheduler, async (slice) => {
    assert.equal(isSlice, false);
    isSlice = true;
    await slice();
    isSlice = false;
  });
  let pieces = 0;
  const answeredAfter: number[] = [];
  const calls: Queue & { waiting: number } = {
    lane: "predictions",
    waiting: 0,
    get isRunnable() {
      return calls.waiting > 0;
    },
    async runNext() {
      assert.equal(isSlice, false, "a call within a slice");
      calls.waiting--;
      answeredAfter.push(pieces);
    },
  };
  const client = setInterval(() => {
    calls.waiting++;
    scheduler.wake(calls);
  }, 3);
  const result = await load.run(async (pace) => {
    for (; pieces < 200; pieces++) {
      spin(0.3);
      await pace();
    }
    return "loaded";
  });
  clearInterval(client);
  assert.equal(result, "loaded");
  assert.ok(new Set(answeredAfter).size > 5, `answered after ${answeredAfter} pieces`);
});

test("two loads take turns", async () => {
  const scheduler = new Scheduler(raise);
  const order: string[] = [];
  const load = (name: string) =>
    new SlicedWork(scheduler, (slice) => slice()).run(async (pace) => {
      for (let piece = 0; piece < 40; piece++) {
        if (order.at(-1) !== name) order.push(name);
        spin(0.2);
        await pace();
      }
    });
  await Promise.all([load("a"), load("b")]);
  assert.ok(order.length >= 4, order.join());
});

test("a load that is refused ends its slice, and the next work goes on", async () => {
  const scheduler = new Scheduler(raise);
  const refusal = new HostRefusal("damaged", "no state");
  const load = () => new SlicedWork(scheduler, (slice) => slice());
  await assert.rejects(
    load().run(async (pace) => {
      await pace();
      throw refusal;
    }),
    refusal,
  );
  assert.equal(await load().run(async () => 7), 7);
});
