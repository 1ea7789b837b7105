import assert from "node:assert/strict";
import { test } from "node:test";
import type { Prediction } from "../../../src/brain/brain.ts";
import { Mailbox } from "../../../src/host/mailbox.ts";
import { Scheduler } from "../../../src/host/scheduler.ts";
import type { Matrix } from "../../../src/tensor/matrix.ts";

const MAX_ROWS = 4;

/** Each row's prediction is its own number, so that a row that is answered to the wrong caller shows. */
function fixture() {
  const batches: number[] = [];
  const mailbox = new Mailbox(async ({ rows, data }: Matrix, _topK, explain) => {
    batches.push(rows);
    return Array.from(data, (value): Prediction => {
      const scores = [0, 1, 2].map((rank) => ({ label: `${value}/${rank}`, score: 1 }));
      const explanation = { neighbors: [{ id: value, label: "a", seq: 1, similarity: 1 }] };
      return { label: String(value), confidence: 1, scores, novelty: 0, ...(explain ? { explanation } : {}) };
    });
  }, MAX_ROWS);
  const log: string[] = [];
  const ask = (topK: number, explain: boolean, ...values: number[]): void => {
    const inputs = { rows: values.length, cols: 1, data: Float32Array.from(values) };
    mailbox.predict(inputs, { topK, explain }, (predictions) => {
      const told = predictions.map(
        ({ label, scores, explanation }) =>
          `${label}:${scores.length}${explanation === undefined ? "" : ` as ${explanation.neighbors?.[0]?.id}`}`,
      );
      log.push(told.join(" "));
    });
  };
  const predict = (topK: number, ...values: number[]): void => ask(topK, false, ...values);
  const change = (name: string): void => mailbox.add(async () => void log.push(name));
  const drain = async (): Promise<void> => {
    while (mailbox.isRunnable) await mailbox.runNext();
  };
  return { batches, log, ask, predict, change, drain };
}

test("predictions that wait together are computed together, and each gets its own rows and scores", async () => {
  const { batches, log, predict, drain } = fixture();
  predict(1, 1);
  predict(3, 2, 3);
  predict(2, 4);
  await drain();
  assert.deepEqual(batches, [4]);
  assert.deepEqual(log, ["1:1", "2:3 3:3", "4:2"]);
});

test("explanations are computed for those who asked for them, and for nobody else", async () => {
  const { batches, log, ask, drain } = fixture();
  ask(1, false, 1);
  ask(2, true, 2, 3);
  ask(3, false, 4);
  ask(1, true, 5);
  await drain();
  assert.deepEqual(batches, [2, 3]);
  assert.deepEqual(log, ["1:1", "4:3", "2:2 as 2 3:2 as 3", "5:1 as 5"]);
});

test("a batch stops at the row limit, and a longer request is computed alone", async () => {
  const { batches, predict, drain } = fixture();
  predict(1, 1, 2, 3);
  predict(1, 4, 5);
  predict(1, 1, 2, 3, 4, 5, 6);
  predict(1, 7);
  await drain();
  assert.deepEqual(batches, [3, 2, 6, 1]);
});

test("predictions do not pass a change, whatever they want", async () => {
  const { log, ask, predict, change, drain } = fixture();
  predict(1, 1);
  ask(1, true, 9);
  change("a");
  predict(1, 2);
  predict(1, 3);
  change("b");
  change("c");
  predict(1, 4);
  await drain();
  assert.deepEqual(log, ["1:1", "9:1 as 9", "a", "2:1", "3:1", "b", "c", "4:1"]);
});

test("brains take turns, one piece of work at a time", async () => {
  const log: string[] = [];
  let atWork = 0;
  const scheduler = new Scheduler((error) => assert.fail(String(error)));
  const done = ["a", "b", "c"].map((name) => {
    const mailbox = new Mailbox(async () => [], MAX_ROWS);
    return new Promise<void>((resolve) => {
      for (const turn of [1, 2, 3]) {
        mailbox.add(async () => {
          assert.equal(++atWork, 1);
          await new Promise(setImmediate);
          atWork--;
          log.push(`${name}${turn}`);
          if (turn === 3) resolve();
        });
      }
      scheduler.wake(mailbox);
    });
  });
  await Promise.all(done);
  assert.deepEqual(log, ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"]);
});

test("what a piece of work throws reaches the host as a bug", async () => {
  const bug = new Error("invariant broken");
  const heard = await new Promise((resolve) => {
    const scheduler = new Scheduler(resolve);
    const mailbox = new Mailbox(async () => [], MAX_ROWS);
    mailbox.add(async () => {
      throw bug;
    });
    scheduler.wake(mailbox);
  });
  assert.equal(heard, bug);
});
