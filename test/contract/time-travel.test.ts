// Going back, branching off and comparing over HTTP, each answer held against the contract.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const BRAIN = "/v1/brains/{brain}";
const CONFIG = { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 5, seed: 7 };
const CAT = [0.9, 0.1, 0, 0.2];
const DOG = [0, 0.1, 0.8, 0.9];

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
});
after(() => server.close());

/** Three changes: it learns a cat, then a dog, then is tuned. */
async function create(id: string): Promise<{ readonly brain: string }> {
  const params = { brain: id };
  assert.equal((await api("post", "/v1/brains", { body: { id, kind: "plastic", config: CONFIG } })).status, 201);
  await api("post", `${BRAIN}/learn`, { params, body: { inputs: [CAT], labels: ["cat"] } });
  await api("post", `${BRAIN}/learn`, { params, body: { inputs: [DOG], labels: ["dog"] } });
  assert.equal((await api("patch", BRAIN, { params, body: { config: { learningRate: 0.5 } } })).body.seq, 3);
  return params;
}

test("a brain goes back to a seq as one more change, and tells where it went", async () => {
  const params = await create("back");
  const { status, body } = await api("post", `${BRAIN}/restore`, { params, body: { seq: 1 } });
  assert.equal(status, 200);
  const { checkpoint, ...stamp } = body;
  assert.deepEqual(stamp, { ...params, seq: 4, step: 1, mode: "plastic", from: 1 });
  const { labels, config } = (await api("get", BRAIN, { params })).body;
  assert.deepEqual([labels, config.learningRate], [["cat"], 0.04]);
  const kept = await api("get", `${BRAIN}/checkpoints/{checkpoint}`, { params: { ...params, checkpoint } });
  assert.deepEqual([kept.body.seq, kept.body.reason], [1, "automatic"]);
});

test("a fork begins with a state of the past, under an id of its own, and the body may be left out", async () => {
  const params = await create("source");
  const body = { id: "branch", name: "Branch", tags: { of: "source" }, seq: 2 };
  const forked = await api("post", `${BRAIN}/fork`, { params, body });
  assert.equal(forked.status, 201);
  assert.equal(forked.headers.location, "/v1/brains/branch");
  const { origin, seq, step, labels, name, tags } = forked.body;
  assert.deepEqual(
    { origin, seq, step, labels, name, tags },
    {
      origin: { by: "fork", brain: "source", seq: 2 },
      ...{ seq: 2, step: 2, labels: ["cat", "dog"], name: "Branch", tags: { of: "source" } },
    },
  );
  assert.deepEqual((await api("get", BRAIN, { params: { brain: "branch" } })).body, forked.body);
  const { body: now } = await api("post", `${BRAIN}/fork`, { params });
  assert.deepEqual([now.seq, now.config.learningRate], [3, 0.5]);
  const { brains } = (await api("get", "/v1/brains")).body;
  assert.ok(["source", "branch", now.id].every((id) => brains.some((brain: { id: string }) => brain.id === id)));
});

test("two states are compared: settings, classes, weights, and how right they are on samples", async () => {
  const params = await create("compared");
  const body = { from: 1, inputs: [CAT, DOG], labels: ["cat", "dog"] };
  const { status, body: answer } = await api("post", `${BRAIN}/compare`, { params, body });
  assert.equal(status, 200);
  assert.deepEqual(answer.from, { seq: 1, step: 1, mode: "plastic", classes: 1 });
  assert.deepEqual(answer.to, { seq: 3, step: 2, mode: "plastic", classes: 2 });
  assert.deepEqual(answer.classes, [
    { label: "cat", from: 1, to: 1 },
    { label: "dog", from: null, to: 1 },
  ]);
  assert.deepEqual(
    answer.settings.map(({ name }: { name: string }) => name),
    ["learningRate", "layers.0.learningRate", "layers.1.learningRate"],
  );
  assert.ok(answer.weights.changed > 0 && answer.weights.changed < answer.weights.compared);
  assert.deepEqual(answer.evaluation, { samples: 2, from: 0.5, to: 1, agreement: 0.5 });
  const same = (await api("post", `${BRAIN}/compare`, { params, body: { from: 3 } })).body;
  assert.deepEqual([same.weights.changed, same.settings, same.evaluation], [0, [], null]);
});

test("states that are still to come, and what does not fit, are refused and change nothing", async () => {
  const params = await create("refusing");
  const refused = async (path: string, body: object, status: number, pointer: string | null) => {
    const answer = await api("post", `${BRAIN}/${path}`, { params, body });
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body.errors?.[0]?.pointer ?? null, pointer, answer.text);
  };
  await refused("restore", { seq: 4 }, 422, "#/seq");
  await refused("restore", { seq: -1 }, 422, "#/seq");
  await refused("restore", {}, 422, "#/seq");
  await refused("fork", { seq: 4 }, 422, "#/seq");
  await refused("fork", { id: "refusing" }, 409, "#/id");
  await refused("fork", { id: "No slug" }, 422, "#/id");
  await refused("compare", { from: 9 }, 422, "#/from");
  await refused("compare", { from: 0, to: 9 }, 422, "#/to");
  await refused("compare", { from: 0, inputs: [CAT] }, 422, "#/labels");
  await refused("compare", { from: 0, labels: ["cat"] }, 422, "#/inputs");
  await refused("compare", { from: 0, inputs: [[1]], labels: ["cat"] }, 422, "#/inputs/0");
  assert.equal((await api("get", BRAIN, { params })).body.seq, 3);
  const nobody = await api("post", `${BRAIN}/fork`, { params: { brain: "nobody" } });
  assert.equal(nobody.status, 404);
});
