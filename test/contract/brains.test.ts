// The life of a brain over HTTP, each answer held against the contract.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 5, seed: 7 };
const SAMPLES = {
  inputs: [
    [0.9, 0.1, 0, 0.2],
    [0, 0.1, 0.8, 0.9],
  ],
  labels: ["cat", "dog"],
};

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
});
after(() => server.close());

const create = (id: string) => api("post", "/v1/brains", { body: { id, kind: "plastic", config: CONFIG } });

test("a first session: create, learn, predict, switch mode, consolidate, keep, go back", async () => {
  const created = await create("pets");
  assert.equal(created.status, 201);
  assert.equal(created.headers.location, "/v1/brains/pets");
  assert.equal(created.body.config.learningRate, 0.04);

  const empty = await api("post", "/v1/brains/{brain}/predict", { body: { inputs: SAMPLES.inputs } });
  assert.deepEqual(
    empty.body.predictions.map(({ label }: { label: unknown }) => label),
    [null, null],
  );

  const learned = await api("post", "/v1/brains/{brain}/learn", { body: SAMPLES });
  assert.equal(learned.status, 200);
  assert.deepEqual(learned.body.newLabels, ["cat", "dog"]);
  assert.deepEqual(learned.body.memory, { stored: 2, capacity: 100 });

  const predicted = await api("post", "/v1/brains/{brain}/predict", { body: { inputs: SAMPLES.inputs, topK: 1 } });
  assert.deepEqual(
    predicted.body.predictions.map(({ label }: { label: unknown }) => label),
    ["cat", "dog"],
  );
  assert.equal(predicted.body.predictions[0].scores.length, 1);
  assert.equal(predicted.body.seq, learned.body.seq);

  const kept = await api("post", "/v1/brains/{brain}/checkpoints", { body: { name: "two animals" } });
  assert.equal(kept.status, 201);
  assert.equal(kept.headers.location, `/v1/brains/pets/checkpoints/${kept.body.id}`);

  const panic = await api("put", "/v1/brains/{brain}/mode", { body: { mode: "panic" } });
  assert.equal(panic.body.mode, "panic");
  const consolidated = await api("post", "/v1/brains/{brain}/consolidate");
  assert.equal(consolidated.status, 200);

  const params = { checkpoint: kept.body.id };
  const restored = await api("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", { params });
  assert.equal(restored.status, 200);
  assert.equal(restored.body.mode, "plastic");
  assert.ok(restored.body.seq > consolidated.body.seq);

  const read = await api("get", "/v1/brains/{brain}");
  assert.deepEqual(read.body.labels, ["cat", "dog"]);
  assert.equal(read.body.seq, restored.body.seq);
});

test("a triarchic brain lives behind the same routes", async () => {
  const params = { brain: "sounds" };
  const config = { inputDim: 4, hiddenDim: 64, winners: 8, seed: 7 };
  const created = await api("post", "/v1/brains", { body: { id: "sounds", kind: "triarchic", config } });
  assert.equal(created.status, 201, created.text);
  assert.equal(created.body.kind, "triarchic");
  assert.equal(created.body.config.rules, "stable");
  assert.equal(created.body.config.contextDecay, 0.8);

  const empty = await api("post", "/v1/brains/{brain}/predict", { params, body: { inputs: SAMPLES.inputs } });
  assert.equal(empty.body.predictions[0].label, null);
  const learned = await api("post", "/v1/brains/{brain}/learn", { params, body: SAMPLES });
  assert.deepEqual(learned.body.newLabels, ["cat", "dog"]);
  assert.deepEqual(learned.body.memory, { stored: 0, capacity: 0 });
  for (const neurogenesis of [true, false]) {
    const wish = await api("post", "/v1/brains/{brain}/learn", { params, body: { ...SAMPLES, neurogenesis } });
    assert.deepEqual([wish.status, wish.body.errors[0].pointer], [422, "#/neurogenesis"]);
  }
  const predicted = await api("post", "/v1/brains/{brain}/predict", { params, body: { inputs: SAMPLES.inputs } });
  assert.deepEqual(
    predicted.body.predictions.map(({ label }: { label: unknown }) => label),
    ["cat", "dog"],
  );
  const asked = { inputs: SAMPLES.inputs, topK: 1, explain: true };
  const explained = await api("post", "/v1/brains/{brain}/predict", { params, body: asked });
  const { contributions, neighbors } = explained.body.predictions[1].explanation;
  assert.deepEqual([contributions.core.length, contributions.overlay[0].label, neighbors], [1, "dog", undefined]);
  const forgotten = await api("get", "/v1/brains/{brain}/memory", { params });
  assert.deepEqual([forgotten.status, forgotten.body.type], [409, "/problems/no-memory"]);
  const evaluated = await api("post", "/v1/brains/{brain}/evaluate", { params, body: SAMPLES });
  assert.equal(evaluated.body.accuracy, 1);

  assert.deepEqual((await api("get", "/v1/brains/{brain}/layers", { params })).body.layers, []);
  assert.equal((await api("post", "/v1/brains/{brain}/layers", { params, body: {} })).status, 409);
  const tuned = await api("patch", "/v1/brains/{brain}", { params, body: { config: { gate: 0.1 } } });
  assert.deepEqual([tuned.status, tuned.body.errors[0].pointer], [422, "#/config/gate"]);
  const watched = await api("patch", "/v1/brains/{brain}", {
    params,
    body: { config: { holdout: 5, modePolicy: "auto" } },
  });
  const { holdout, modePolicy, driftDetector, hiddenDim } = watched.body.config;
  assert.deepEqual([holdout, modePolicy, driftDetector, hiddenDim], [5, "auto", "adwin", CONFIG.hiddenDim]);

  const kept = await api("post", "/v1/brains/{brain}/checkpoints", { params });
  assert.equal((await api("put", "/v1/brains/{brain}/mode", { params, body: { mode: "panic" } })).body.mode, "panic");
  assert.equal((await api("post", "/v1/brains/{brain}/learn", { params, body: SAMPLES })).body.accuracy, 1);
  assert.equal((await api("post", "/v1/brains/{brain}/consolidate", { params })).status, 200);
  const back = { ...params, checkpoint: kept.body.id };
  await api("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", { params: back });
  const again = await api("post", "/v1/brains/{brain}/checkpoints", { params });
  assert.equal(again.body.digest, kept.body.digest);
  const { body } = await api("get", "/v1/brains/{brain}", { params });
  assert.deepEqual([body.kind, body.labels], ["triarchic", ["cat", "dog"]]);
  assert.equal((await api("get", "/v1/brains")).status, 200);
});

test("checkpoints are listed, read and deleted", async () => {
  const params = { brain: "keeper" };
  await create("keeper");
  const first = await api("post", "/v1/brains/{brain}/checkpoints", { params });
  await api("post", "/v1/brains/{brain}/learn", { params, body: SAMPLES });
  const second = await api("post", "/v1/brains/{brain}/checkpoints", { params });
  assert.notEqual(first.body.digest, second.body.digest);

  const page = await api("get", "/v1/brains/{brain}/checkpoints", { params, query: "?limit=1" });
  assert.equal(page.body.checkpoints[0].id, second.body.id);
  const rest = await api("get", "/v1/brains/{brain}/checkpoints", { params, query: `?cursor=${page.body.nextCursor}` });
  assert.ok(rest.body.checkpoints.some(({ id }: { id: string }) => id === first.body.id));

  const one = { ...params, checkpoint: first.body.id };
  const read = await api("get", "/v1/brains/{brain}/checkpoints/{checkpoint}", { params: one });
  assert.deepEqual(read.body, first.body);
  await api("delete", "/v1/brains/{brain}/checkpoints/{checkpoint}", { params: one });
  const last = { ...params, checkpoint: second.body.id };
  const gone = await api("delete", "/v1/brains/{brain}/checkpoints/{checkpoint}", { params: last });
  assert.ok([204, 409].includes(gone.status));
});

test("brains are listed page by page, renamed, tagged and deleted", async () => {
  for (const id of ["list-a", "list-b", "list-c"]) await create(id);
  const seen: string[] = [];
  let query = "?limit=2";
  for (;;) {
    const page = await api("get", "/v1/brains", { query });
    seen.push(...page.body.brains.map(({ id }: { id: string }) => id));
    if (page.body.nextCursor === null) break;
    query = `?limit=2&cursor=${encodeURIComponent(page.body.nextCursor)}`;
  }
  assert.equal(new Set(seen).size, seen.length);
  for (const id of ["list-a", "list-b", "list-c"]) assert.ok(seen.includes(id));

  const params = { brain: "list-a" };
  const renamed = await api("patch", "/v1/brains/{brain}", { params, body: { name: "A", tags: { team: "x" } } });
  assert.equal(renamed.body.name, "A");
  const cleared = await api("patch", "/v1/brains/{brain}", { params, body: { name: null } });
  assert.equal(cleared.body.name, null);
  assert.deepEqual(cleared.body.tags, { team: "x" });

  assert.equal((await api("delete", "/v1/brains/{brain}", { params })).status, 204);
  assert.equal((await api("get", "/v1/brains/{brain}", { params })).status, 404);
  assert.equal((await api("delete", "/v1/brains/{brain}", { params })).status, 404);
});

test("a brain created without an id gets one", async () => {
  const created = await api("post", "/v1/brains", { body: { kind: "plastic", config: CONFIG } });
  assert.equal(created.status, 201);
  const read = await api("get", "/v1/brains/{brain}", { params: { brain: created.body.id } });
  assert.deepEqual(read.body, created.body);
});

test("probes and problem pages answer", async () => {
  assert.deepEqual((await api("get", "/livez")).body, { status: "ok" });
  assert.equal((await api("get", "/readyz")).body.status, "ready");
  const { body } = await api("get", "/problems");
  for (const { code } of body.problems) await api("get", "/problems/{code}", { params: { code } });
  assert.equal((await api("get", "/problems/{code}", { params: { code: "nonsense" } })).status, 404);
});
