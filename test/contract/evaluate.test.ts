// Evaluation over HTTP, held against the contract.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { digestOf } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 1, seed: 7 };
const CAT = [0.9, 0.1, 0, 0.2];
const DOG = [0, 0.1, 0.8, 0.9];

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
  await api("post", "/v1/brains", { body: { id: "pets", kind: "plastic", config: CONFIG } });
});
after(() => server.close());

const evaluate = (inputs: number[][], labels: string[]) =>
  api("post", "/v1/brains/{brain}/evaluate", { body: { inputs, labels } });

test("an empty brain has no answer, which is wrong", async () => {
  const { status, body } = await evaluate([CAT, DOG], ["cat", "dog"]);
  assert.equal(status, 200);
  assert.deepEqual([body.samples, body.accuracy, body.seq], [2, 0, 0]);
  assert.deepEqual(body.confusion.unanswered, [1, 1]);
  assert.deepEqual([body.calibration.error, body.calibration.unanswered], [null, 2]);
});

test("what it learned counts as right, a label that it does not know as wrong, and nothing changes in any mode", async () => {
  await api("post", "/v1/brains/{brain}/learn", { body: { inputs: [CAT, DOG], labels: ["cat", "dog"] } });
  const brain = `${server.url}/v1/brains/pets`;
  for (const mode of ["plastic", "panic", "inference"]) {
    await api("put", "/v1/brains/{brain}/mode", { body: { mode } });
    const earlier = await digestOf(brain);
    const { body } = await evaluate([CAT, DOG, DOG], ["cat", "dog", "owl"]);
    assert.equal(body.accuracy, 2 / 3);
    assert.equal(body.mode, mode);
    assert.deepEqual(body.classes, [
      { label: "cat", support: 1, precision: 1, recall: 1, f1: 1 },
      { label: "dog", support: 1, precision: 0.5, recall: 1, f1: 2 / 3 },
      { label: "owl", support: 1, precision: null, recall: 0, f1: 0 },
    ]);
    assert.deepEqual(body.confusion, {
      labels: ["cat", "dog", "owl"],
      counts: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 1, 0],
      ],
      unanswered: [0, 0, 0],
    });
    // It is almost sure, of the owl wrongly.
    const { error, bins, unanswered } = body.calibration;
    const { confidence, ...last } = bins[14];
    assert.ok(confidence > 0.95 && confidence <= 1, `${confidence}`);
    assert.deepEqual([Math.round(1e9 * (confidence - error)), unanswered], [666_666_667, 0]);
    assert.deepEqual(last, { from: 14 / 15, to: 1, samples: 3, accuracy: 2 / 3 });
    assert.equal(await digestOf(brain), earlier);
    const read = await api("get", "/v1/brains/{brain}");
    assert.deepEqual([read.body.labels, read.body.seq], [["cat", "dog"], body.seq]);
  }
});

test("one state judges all samples, whatever is learned meanwhile", async () => {
  await api("put", "/v1/brains/{brain}/mode", { body: { mode: "plastic" } });
  const inputs = Array.from({ length: 200 }, () => CAT);
  const teach = async (): Promise<void> => {
    for (let index = 0; index < 20; index++) {
      const body = { inputs: [CAT], labels: [`cat-${index}`] };
      await api("post", "/v1/brains/{brain}/learn", { body });
    }
  };
  const judge = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) {
      const { body } = await evaluate(inputs, Array(200).fill("cat"));
      assert.ok(body.classes.filter(({ precision }: { precision: number | null }) => precision !== null).length === 1);
    }
  };
  await Promise.all([teach(), judge()]);
});

test("bad samples are pointed at", async () => {
  const cases = [
    { body: { inputs: [[1, 2]], labels: ["a"] }, pointer: "#/inputs/0" },
    { body: { inputs: [CAT], labels: ["a", "b"] }, pointer: "#/labels" },
    { body: { inputs: [CAT], labels: [" "] }, pointer: "#/labels/0" },
    { body: { inputs: [], labels: ["a"] }, pointer: "#/inputs" },
    { body: { inputs: [CAT], labels: ["a"], memorize: true }, pointer: "#/memorize" },
  ];
  for (const { body, pointer } of cases) {
    const response = await api("post", "/v1/brains/{brain}/evaluate", { body });
    assert.equal(response.status, 422);
    assert.equal(response.body.errors[0].pointer, pointer);
  }
  const body = { inputs: [CAT], labels: ["a"] };
  const unknown = await api("post", "/v1/brains/{brain}/evaluate", { params: { brain: "nobody" }, body });
  assert.equal(unknown.status, 404);
});
