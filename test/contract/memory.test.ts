// What a brain remembers, over HTTP: looking, forgetting, explaining, and what is refused.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 2, hiddenDim: 32, winners: 4, layers: 1, memorySize: 50, neighbors: 3, seed: 7 };
const TEACH = {
  inputs: [
    [1, 0],
    [0.9, 0.1],
    [0, 1],
  ],
  labels: ["cat", "cat", "dog"],
};
const MEMORY = "/v1/brains/{brain}/memory";
const ENTRIES = `${MEMORY}/entries`;
const ENTRY = `${ENTRIES}/{entry}`;

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
});
after(() => server.close());

let made = 0;
/** A brain of its own with two cats and a dog. @returns a client of it */
async function taught() {
  const brain = `memory-${made++}`;
  await api("post", "/v1/brains", { body: { id: brain, kind: "plastic", config: CONFIG } });
  const call = (method: Parameters<ContractClient>[0], template: string, options: CallOptions = {}) =>
    api(method, template, { ...options, params: { brain, ...options.params } });
  await call("post", "/v1/brains/{brain}/learn", { body: TEACH });
  return call;
}

const state = async (call: Awaited<ReturnType<typeof taught>>) =>
  (await call("post", "/v1/brains/{brain}/checkpoints")).body.digest;

test("the memory is described per class, and listed page by page", async () => {
  const call = await taught();
  const earlier = await state(call);
  const { body } = await call("get", MEMORY);
  assert.deepEqual(body.classes, [
    { label: "cat", count: 2, newestSeq: 1, oldestSeq: 1 },
    { label: "dog", count: 1, newestSeq: 1, oldestSeq: 1 },
  ]);
  assert.deepEqual([body.policy, body.stored, body.capacity, body.seq], ["class-balanced", 3, 50, 1]);

  const first = await call("get", ENTRIES, { query: "?limit=2&include=keys" });
  assert.deepEqual(
    first.body.entries.map(({ label, key }: { label: string; key: number[] }) => [label, key.length]),
    [
      ["dog", 2],
      ["cat", 2],
    ],
  );
  const rest = await call("get", ENTRIES, { query: `?cursor=${first.body.nextCursor}` });
  assert.equal(rest.body.entries.length, 1);
  assert.equal(rest.body.nextCursor, null);
  assert.equal(rest.body.entries[0].key, undefined);
  const cats = await call("get", ENTRIES, { query: "?label=cat" });
  assert.equal(cats.body.entries.length, 2);
  assert.equal(await state(call), earlier);
});

test("a remembered sample is looked at by its id, and one that is not there is not found", async () => {
  const call = await taught();
  const { entries } = (await call("get", ENTRIES, { query: "?include=keys" })).body;
  for (const entry of entries) {
    const { body } = await call("get", ENTRY, { params: { entry: String(entry.id) } });
    assert.deepEqual([body.entry, body.seq], [entry, 1]);
  }
  for (const entry of ["1", "9007199254740991", "9999999999999999", "-1", "cat"]) {
    const { status, body } = await call("get", ENTRY, { params: { entry } });
    assert.deepEqual([status, body.type], [404, "/problems/memory-entry-not-found"]);
  }
});

test("a class, a sample or everything is forgotten, as events that a restore undoes", async () => {
  const call = await taught();
  const kept = await call("post", "/v1/brains/{brain}/checkpoints");
  const { id } = (await call("get", ENTRIES, { query: "?label=cat" })).body.entries[0];

  const one = await call("delete", ENTRY, { params: { entry: String(id) } });
  assert.deepEqual([one.body.forgotten, one.body.memory, one.body.seq], [1, { stored: 2, capacity: 50 }, 2]);
  assert.equal((await call("delete", ENTRY, { params: { entry: String(id) } })).status, 404);

  const cats = await call("delete", MEMORY, { query: "?label=cat" });
  assert.equal(cats.body.forgotten, 1);
  assert.deepEqual((await call("get", "/v1/brains/{brain}")).body.labels, ["cat", "dog"]);
  const { predictions } = (await call("post", "/v1/brains/{brain}/predict", { body: { inputs: [[1, 0.1]] } })).body;
  assert.equal(predictions[0].label, "dog");
  const again = await call("delete", MEMORY, { query: "?label=cat" });
  assert.equal(again.body.forgotten, 0);

  const all = await call("delete", MEMORY);
  assert.deepEqual([all.body.forgotten, all.body.memory.stored], [1, 0]);
  const empty = await call("post", "/v1/brains/{brain}/predict", { body: { inputs: [[1, 0.1]] } });
  assert.equal(empty.body.predictions[0].label, null);

  const params = { checkpoint: kept.body.id };
  await call("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", { params });
  assert.equal(await state(call), kept.body.digest);
  // The restore took the counters back; ids go on.
  await call("post", "/v1/brains/{brain}/learn", { body: TEACH });
  const { entries } = (await call("get", ENTRIES)).body;
  assert.equal(new Set(entries.map((entry: { id: number }) => entry.id)).size, 6);
});

test("a prediction is explained on request, side by side with others that are not", async () => {
  const call = await taught();
  const ask = (more: object) =>
    call("post", "/v1/brains/{brain}/predict", { body: { inputs: [[1, 0]], ...more } }).then(({ body }) => body);
  const calls = Array.from({ length: 24 }, (_, i) => ({ explain: i % 2 === 0, topK: 1 + (i % 3) }));
  const answers = await Promise.all(calls.map(ask));
  for (const [i, { predictions }] of answers.entries()) {
    assert.equal(predictions[0].explanation !== undefined, calls[i]!.explain);
    assert.equal(predictions[0].scores.length, Math.min(2, calls[i]!.topK));
    if (!calls[i]!.explain) continue;
    const { neighbors } = predictions[0].explanation;
    assert.equal(neighbors.length, 3);
    assert.deepEqual([neighbors[0].label, neighbors[0].seq], ["cat", 1]);
    const listed = (await call("get", ENTRIES)).body.entries.map(({ id }: { id: number }) => id);
    assert.ok(neighbors.every(({ id }: { id: number }) => listed.includes(id)));
  }
});

test("an explanation of too many neighbours in all is refused", async () => {
  const config = { ...CONFIG, memorySize: 1000, neighbors: 1000 };
  const params = { brain: "talkative" };
  await api("post", "/v1/brains", { body: { id: params.brain, kind: "plastic", config } });
  const body = { inputs: new Array(101).fill([1, 0]), explain: true };
  const refused = await api("post", "/v1/brains/{brain}/predict", { params, body });
  assert.equal(refused.status, 422);
  assert.equal(refused.body.errors[0].pointer, "#/explain");
});

test("what is wrong is refused, and changes nothing", async () => {
  const call = await taught();
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const earlier = await state(call);
  const cases: readonly (readonly [Parameters<ContractClient>[0], string, CallOptions, number, string, string?])[] = [
    ["get", ENTRIES, { query: "?limit=0" }, 422, "validation", "?limit"],
    ["get", ENTRIES, { query: "?limit=201" }, 422, "validation", "?limit"],
    ["get", ENTRIES, { query: "?limit=many" }, 422, "validation", "?limit"],
    ["get", ENTRIES, { query: "?include=values" }, 422, "validation", "?include"],
    ["get", ENTRIES, { query: "?labl=cat" }, 422, "validation", "?labl"],
    ["get", ENTRIES, { query: "?label=" }, 422, "validation", "?label"],
    ...["nonsense", cursor("cat"), cursor(["cat"]), cursor([1.5]), cursor([-1]), cursor([1, 2]), cursor([1e300])].map(
      (text) => ["get", ENTRIES, { query: `?cursor=${text}` }, 422, "validation", "?cursor"] as const,
    ),
    ["get", ENTRIES, { query: "?label=cow" }, 404, "label-not-found"],
    ["get", ENTRIES, { params: { brain: "nobody" } }, 404, "brain-not-found"],
    ["get", MEMORY, { params: { brain: "nobody" } }, 404, "brain-not-found"],
    ["delete", MEMORY, { query: "?label=cow" }, 404, "label-not-found"],
    ["delete", MEMORY, { query: "?labl=cat" }, 422, "validation", "?labl"],
    ["delete", MEMORY, { query: "?label=" }, 422, "validation", "?label"],
    ["delete", MEMORY, { params: { brain: "nobody" } }, 404, "brain-not-found"],
    ...["1", "0", "-1", "1.5", "cat", "99999999999999999", "%00"].map(
      (entry) => ["delete", ENTRY, { params: { entry } }, 404, "memory-entry-not-found"] as const,
    ),
    [
      "post",
      "/v1/brains/{brain}/predict",
      { body: { inputs: [[1, 0]], explain: "yes" } },
      422,
      "validation",
      "#/explain",
    ],
  ];
  for (const [method, template, options, status, type, pointer] of cases) {
    const response = await call(method, template, options);
    assert.equal(response.status, status, `${method} ${template} ${JSON.stringify(options)}: ${response.text}`);
    assert.equal(response.body.type, `/problems/${type}`);
    if (pointer !== undefined) assert.equal(response.body.errors[0].pointer, pointer);
  }
  assert.equal(await state(call), earlier);
});

test("an index is made when it is wanted, tells where it stands, and changes no answer of a small memory", async () => {
  const call = await taught();
  const brain = "/v1/brains/{brain}";
  const index = async () => (await call("get", MEMORY)).body.index;
  assert.deepEqual(await index(), { state: "exact", indexed: 0 });
  const ask = async () => {
    const { body } = await call("post", `${brain}/predict`, { body: { inputs: [[0.7, 0.3]], explain: true } });
    return body.predictions;
  };
  // An evaluation waits for the readout, which would else be solved between the two answers.
  await call("post", `${brain}/evaluate`, { body: { inputs: [[0.7, 0.3]], labels: ["cat"] } });
  const exact = await ask();
  const tuned = await call("patch", brain, { body: { config: { memoryIndex: "hnsw" } } });
  assert.deepEqual([tuned.status, tuned.body.seq, tuned.body.config.memoryIndex], [200, 2, "hnsw"]);
  while ((await index()).indexed < 3);
  assert.deepEqual(await index(), { state: "ready", indexed: 3 });
  assert.deepEqual(await ask(), exact);
  await call("patch", brain, { body: { config: { memoryIndex: "exact" } } });
  assert.deepEqual(await index(), { state: "exact", indexed: 0 });

  const config = { ...CONFIG, memoryIndex: "hnsw" };
  const created = await api("post", "/v1/brains", { body: { id: "indexed", kind: "plastic", config } });
  assert.deepEqual([created.status, created.body.config.memoryIndex], [201, "hnsw"]);
  const wrong = { ...CONFIG, memoryIndex: "ivf" };
  const refused = await api("post", "/v1/brains", { body: { kind: "plastic", config: wrong } });
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [422, "#/config/memoryIndex"]);
});

test("in mode inference nothing is forgotten", async () => {
  const call = await taught();
  const { id } = (await call("get", ENTRIES)).body.entries[0];
  await call("put", "/v1/brains/{brain}/mode", { body: { mode: "inference" } });
  const earlier = await state(call);
  for (const response of [
    await call("delete", MEMORY),
    await call("delete", MEMORY, { query: "?label=cat" }),
    await call("delete", ENTRY, { params: { entry: String(id) } }),
  ]) {
    assert.equal(response.status, 409);
    assert.equal(response.body.type, "/problems/brain-frozen");
  }
  assert.equal(await state(call), earlier);
});

test("in panic a full memory takes every sample, of lessons and of late labels, and otherwise few", async () => {
  const call = await taught();
  const labels = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? "cat" : "dog"));
  const inputs = labels.map((_, i) => [i % 2, 1 - (i % 2) + i / 1000]);
  const learn = (body: object) => call("post", "/v1/brains/{brain}/learn", { body });
  for (let i = 0; i < 10; i++) await learn({ inputs, labels });
  const newest = async (seq: number) => {
    const { body } = await call("get", ENTRIES, { query: "?limit=50" });
    assert.equal(body.entries.length, 50);
    return body.entries.filter((entry: { seq: number }) => entry.seq === seq).length;
  };
  const few = { inputs: inputs.slice(0, 10), labels: labels.slice(0, 10) };
  const { body: calm } = await learn(few);
  assert.ok((await newest(calm.seq)) < 5); // each with a chance of 25 in 1,000
  await call("put", "/v1/brains/{brain}/mode", { body: { mode: "panic" } });
  const { body: taken } = await learn({ inputs: few.inputs.slice(0, 1), labels: ["cat"] });
  assert.equal(await newest(taken.seq), 1);
  const { body: asked } = await call("post", "/v1/brains/{brain}/predict", {
    body: { inputs: [[0.3, 0.7]], track: true },
  });
  const items = [{ id: asked.predictions[0].id, label: "dog" }];
  const { body: late } = await call("post", "/v1/brains/{brain}/feedback", { body: { items } });
  assert.equal(await newest(late.seq), 1);
});
