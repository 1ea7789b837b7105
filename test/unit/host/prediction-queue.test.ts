import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Brain, Prediction } from "../../../src/brain/brain.ts";
import { forRow } from "../../../src/brain/prediction.ts";
import { PredictionQueue } from "../../../src/host/prediction-queue.ts";
import { Scheduler } from "../../../src/host/scheduler.ts";

/** Each row's prediction is its own number, so that a row that is answered to the wrong caller shows. */
function fixture({ maxBatchDelayMs = 0 } = {}) {
  const batches: number[] = [];
  const predict: Brain["predict"] = async ({ rows, data }, topK, explain = false) => {
    batches.push(rows);
    await nextTurn(); // calls arrive while it computes
    return Array.from(data, (value, row): Prediction => {
      const scores = [0, 1, 2].slice(0, forRow(topK, row)).map((rank) => ({ label: `${value}/${rank}`, score: 1 }));
      const explanation = { neighbors: [{ id: value, label: "a", seq: 1, similarity: 1 }] };
      const why = forRow(explain, row) ? { explanation } : {};
      return { label: String(value), confidence: 1, scores, novelty: 0, ...why };
    });
  };
  const scheduler = new Scheduler((error) => assert.fail(String(error)));
  const queue = new PredictionQueue({ predict }, { maxBatchRows: 4, maxBatchDelayMs }, scheduler);
  type Wish = { readonly topK?: number; readonly explain?: boolean; readonly isWanted?: () => boolean };
  const ask = (values: readonly number[], { topK = 1, explain = false, isWanted = () => true }: Wish = {}) =>
    new Promise<string>((resolve) => {
      const inputs = { rows: values.length, cols: 1, data: Float32Array.from(values) };
      queue.ask({ inputs, topK, explain, isWanted }, (predictions) => {
        const told = predictions?.map(
          ({ label, scores, explanation }) =>
            `${label}:${scores.length}${explanation === undefined ? "" : ` as ${explanation.neighbors?.[0]?.id}`}`,
        );
        resolve(told?.join(" ") ?? "not wanted");
      });
    });
  return { batches, ask, queue };
}

test("predictions that wait together are computed together, and each gets its own rows, scores and explanations", async () => {
  const { batches, ask } = fixture();
  const first = ask([0]);
  const others = [ask([1]), ask([2, 3], { topK: 3, explain: true }), ask([4], { topK: 2 })];
  assert.deepEqual(await Promise.all([first, ...others]), ["0:1", "1:1", "2:3 as 2 3:3 as 3", "4:2"]);
  assert.deepEqual(batches, [1, 4]);
});

test("a batch stops at the row limit, and a longer call is computed alone", async () => {
  const { batches, ask } = fixture();
  await Promise.all([ask([0]), ask([1, 2, 3]), ask([4, 5]), ask([1, 2, 3, 4, 5, 6]), ask([7])]);
  assert.deepEqual(batches, [1, 3, 2, 6, 1]);
});

test("a prediction that is not wanted any more is not computed", async () => {
  const { batches, ask } = fixture();
  let isThere = true;
  const first = ask([0]);
  const leaving = ask([1, 2], { isWanted: () => isThere });
  const staying = ask([3]);
  isThere = false;
  assert.deepEqual(await Promise.all([first, leaving, staying]), ["0:1", "not wanted", "3:1"]);
  assert.deepEqual(batches, [1, 1]);
  assert.equal(await ask([1], { isWanted: () => false }), "not wanted");
  assert.deepEqual(batches, [1, 1]);
});

test("a lone caller never waits for others, however long the delay", async () => {
  const { batches, ask } = fixture({ maxBatchDelayMs: 3_600_000 });
  for (const value of [1, 2, 3]) assert.equal(await ask([value]), `${value}:1`);
  assert.deepEqual(batches, [1, 1, 1]);
});

test("where several callers are at it, the first waits for the others until all of them are there", async () => {
  const { batches, ask } = fixture({ maxBatchDelayMs: 3_600_000 });
  await Promise.all([ask([0]), ask([1]), ask([2])]);
  const first = ask([3]);
  await sleep(20);
  assert.deepEqual(batches, [1, 2]);
  assert.deepEqual(await Promise.all([first, ask([4])]), ["3:1", "4:1"]);
  assert.deepEqual(batches, [1, 2, 2]);
});

test("callers that are gone are waited for once, and no longer than the delay", async () => {
  const { batches, ask } = fixture({ maxBatchDelayMs: 30 });
  await Promise.all([ask([0]), ask([1]), ask([2])]);
  assert.equal(await ask([3]), "3:1");
  const startedMs = performance.now();
  assert.equal(await ask([4]), "4:1");
  assert.ok(performance.now() - startedMs < 30, "waited for callers that are gone");
  assert.deepEqual(batches, [1, 2, 1, 1]);
});

test("what waits when the brain is to leave is computed first, and nobody is waited for", async () => {
  const { ask, queue } = fixture({ maxBatchDelayMs: 3_600_000 });
  await Promise.all([ask([0]), ask([1]), ask([2])]);
  const last = ask([3]);
  await queue.drained();
  assert.equal(await last, "3:1");
  await queue.drained();
});
