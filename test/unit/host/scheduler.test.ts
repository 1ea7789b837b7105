import assert from "node:assert/strict";
import { test } from "node:test";
import { type Lane, type Queue, Scheduler } from "../../../src/host/scheduler.ts";

/** A scheduler on a clock that work moves, and queues on it that write down what ran. */
function fixture() {
  let nowMs = 0;
  const log: string[] = [];
  const scheduler = new Scheduler(
    (error) => assert.fail(String(error)),
    () => nowMs,
  );
  let atWork = 0;
  const queue = (name: string, lane: Lane, turns: number, costMs: number): Queue & { readonly end: Promise<void> } => {
    let left = turns;
    let resolve = (): void => {};
    const end = new Promise<void>((done) => {
      resolve = done;
    });
    return {
      lane,
      end,
      get isRunnable() {
        return left > 0;
      },
      async runNext() {
        assert.equal(++atWork, 1);
        await new Promise(setImmediate);
        atWork--;
        nowMs += costMs;
        log.push(name);
        if (--left === 0) resolve();
      },
    };
  };
  const run = async (...queues: readonly ReturnType<typeof queue>[]): Promise<void> => {
    for (const each of queues) scheduler.wake(each);
    await Promise.all(queues.map(({ end }) => end));
  };
  return { log, queue, run, scheduler };
}

test("brains take turns, one piece of work at a time", async () => {
  const { log, queue, run } = fixture();
  await run(...["a", "b", "c"].map((name) => queue(name, "tasks", 3, 1)));
  assert.deepEqual(log, ["a", "b", "c", "a", "b", "c", "a", "b", "c"]);
});

test("a hundred learners do not starve one predictor: it waits for one of them at a time", async () => {
  const { log, queue, run } = fixture();
  const learners = Array.from({ length: 100 }, () => queue("learner", "tasks", 5, 10));
  await run(...learners, queue("predictor", "predictions", 20, 10));
  const turns = log.flatMap((name, at) => (name === "predictor" ? [at] : []));
  const waits = turns.map((at, index) => at - (turns[index - 1] ?? -1) - 1);
  assert.ok(Math.max(...waits) <= 1, `it waited for ${Math.max(...waits)} learners`);
});

test("after a long lesson predictions go on for as long", async () => {
  const { log, queue, run } = fixture();
  await run(queue("lesson", "tasks", 2, 200), queue("prediction", "predictions", 50, 10));
  assert.deepEqual(log.slice(0, 23), ["lesson", ...Array(20).fill("prediction"), "lesson", "prediction"].slice(0, 23));
});

test("predictors do not starve a learner either", async () => {
  const { log, queue, run } = fixture();
  const predictors = Array.from({ length: 50 }, () => queue("predictor", "predictions", 5, 10));
  await run(...predictors, queue("learner", "tasks", 10, 10));
  assert.ok(log.slice(0, 21).filter((name) => name === "learner").length >= 10);
});

test("what a piece of work throws reaches the host as a bug", async () => {
  const bug = new Error("invariant broken");
  const heard = await new Promise((resolve) => {
    const work = { lane: "tasks" as const, isRunnable: true, runNext: () => Promise.reject(bug) };
    new Scheduler(resolve).wake(work);
  });
  assert.equal(heard, bug);
});
