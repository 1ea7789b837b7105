// Tuning and layer surgery over HTTP, each answer and each stream message held against the contract.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PLASTIC_DEFAULTS } from "../../src/brain/config.ts";
import { assertMatches, type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { StreamClient } from "../support/stream.ts";

const CONFIG = { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 5, seed: 7 };
const SAMPLES = {
  inputs: [
    [0.9, 0.1, 0, 0.2],
    [0, 0.1, 0.8, 0.9],
  ],
  labels: ["cat", "dog"],
};
const BRAIN = "/v1/brains/{brain}";
const LAYERS = `${BRAIN}/layers`;
const LAYER = `${LAYERS}/{index}`;

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer({ ENGRAM_MEMORY_BUDGET_MB: "13" });
  api = contractClient(server.url);
});
after(() => server.close());

async function create(id: string, config: object = {}): Promise<{ readonly brain: string }> {
  const body = { id, kind: "plastic", config: { ...CONFIG, ...config } };
  assert.equal((await api("post", "/v1/brains", { body })).status, 201);
  await api("post", `${BRAIN}/learn`, { params: { brain: id }, body: SAMPLES });
  return { brain: id };
}

const layersOf = async (params: { readonly brain: string }) => (await api("get", LAYERS, { params })).body;

/** Everything that a refused call must leave as it is. */
async function stateOf(params: { readonly brain: string }) {
  const { digest, seq } = (await api("post", `${BRAIN}/checkpoints`, { params })).body;
  return { digest, seq, brain: (await api("get", BRAIN, { params })).body };
}

test("layers are listed, added, tuned, renewed, replaced and removed, each change under its own seq", async () => {
  const params = await create("surgery");
  const listed = await layersOf(params);
  assert.equal(listed.seq, 1);
  assert.deepEqual(
    listed.layers.map(({ index, isFrozen, learningRate }: Record<string, unknown>) => [index, isFrozen, learningRate]),
    [
      [0, false, 0.04],
      [1, false, 0.04],
    ],
  );
  assert.ok(listed.layers[0].active > 0 && listed.layers[0].frequencyMax > listed.layers[0].frequencyMean);

  const added = await api("post", LAYERS, { params });
  assert.equal(added.status, 201);
  assert.equal(added.headers.location, "/v1/brains/surgery/layers");
  assert.deepEqual(added.body, { ...params, seq: 2, step: 1, mode: "plastic", index: 2, layers: 3 });
  assert.deepEqual((await api("post", LAYERS, { params, body: { index: 0 } })).body.index, 0);

  const first = { ...params, index: "0" };
  const frozen = await api("patch", LAYER, { params: first, body: { frozen: true, learningRate: 0.5 } });
  assert.deepEqual(frozen.body, {
    ...params,
    ...{ seq: 4, step: 1, mode: "plastic", index: 0 },
    ...{ isFrozen: true, learningRate: 0.5, neurogenesis: true },
  });
  const renewed = await api("post", `${LAYER}/neurogenesis`, { params: { ...params, index: "1" }, body: {} });
  assert.ok(renewed.body.seq === 5 && renewed.body.recycled > 0);
  assert.equal((await layersOf(params)).layers[1].recycled, renewed.body.recycled);
  const replaced = await api("put", LAYER, { params: first });
  assert.deepEqual([replaced.body.index, replaced.body.layers, replaced.body.seq], [0, 4, 6]);
  assert.equal((await layersOf(params)).layers[0].isFrozen, false);
  const removed = await api("delete", LAYER, { params: first });
  assert.deepEqual([removed.status, removed.body.layers, removed.body.seq], [200, 3, 7]);
  const { body } = await api("get", BRAIN, { params });
  assert.deepEqual([body.config.layers, body.seq], [3, 7]);
});

test("a brain is tuned in any mode, half a reward at a time, and shows the configuration in force", async () => {
  const params = await create("tuned");
  await api("put", `${BRAIN}/mode`, { params, body: { mode: "inference" } });
  const tune = (config: object, more: object = {}) => api("patch", BRAIN, { params, body: { ...more, config } });
  const first = await tune({ learningRate: 0.1, gate: 0.2, neighbors: 7, neurogenesis: false }, { name: "Tuned" });
  assert.deepEqual([first.status, first.body.seq, first.body.name], [200, 3, "Tuned"]);
  const second = await tune({ reward: { wrong: 0 }, rejectBelow: 0.5 });
  const expected = {
    ...{ learningRate: 0.1, gate: 0.2, neighbors: 7, neurogenesis: false },
    ...{ reward: { right: 1, wrong: 0 }, rejectBelow: 0.5 },
  };
  assert.deepEqual(second.body.config, { ...PLASTIC_DEFAULTS, ...CONFIG, ...expected });
  assert.equal((await tune({})).body.seq, second.body.seq);
  const far = await api("post", `${BRAIN}/predict`, { params, body: { inputs: [[-1, 1, 0, 0]] } });
  assert.equal(far.body.predictions[0].label, null);
  assert.ok(far.body.predictions[0].scores.length > 0 && far.body.predictions[0].novelty > 0.5);
  await tune({ rejectBelow: null });
  const named = await api("post", `${BRAIN}/predict`, { params, body: { inputs: [[-1, 1, 0, 0]] } });
  assert.notEqual(named.body.predictions[0].label, null);
});

test("a brain is created with rewards and a rejection of its own", async () => {
  const body = { id: "own", kind: "plastic", config: { ...CONFIG, reward: { wrong: 0.1 }, rejectBelow: 0.2 } };
  const { config } = (await api("post", "/v1/brains", { body })).body;
  assert.deepEqual([config.reward, config.rejectBelow], [{ right: 1, wrong: 0.1 }, 0.2]);
});

test("a restore takes tuning and layers back, also after the host was lost", async () => {
  const params = await create("undone");
  const before = await stateOf(params);
  const { id } = (await api("post", `${BRAIN}/checkpoints`, { params })).body;
  await api("post", LAYERS, { params });
  await api("patch", LAYER, { params: { ...params, index: "0" }, body: { frozen: true } });
  await api("patch", BRAIN, { params, body: { config: { gate: 0.5 } } });
  const lived = await stateOf(params);
  process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
  assert.deepEqual(await stateOf(params), lived);
  await api("post", `${BRAIN}/checkpoints/{checkpoint}/restore`, { params: { ...params, checkpoint: id } });
  const after = await stateOf(params);
  assert.equal(after.digest, before.digest);
  assert.deepEqual(after.brain.config, before.brain.config);
  assert.deepEqual((await layersOf(params)).layers.length, 2);
  const added = await api("post", LAYERS, { params });
  assert.deepEqual([added.body.index, added.body.layers], [2, 3]);
});

test("the stream tells of tuning and of every operation on layers", async () => {
  const params = await create("told");
  const stream = await StreamClient.open(`${server.url}/v1/brains/told`, { subscribe: {} });
  const first = { ...params, index: "0" };
  await api("patch", BRAIN, { params, body: { config: { gate: 0.1 } } });
  await api("post", LAYERS, { params });
  await api("put", LAYER, { params: first });
  await api("patch", LAYER, { params: first, body: { neurogenesis: false } });
  await api("post", `${LAYER}/neurogenesis`, { params: first });
  await api("delete", LAYER, { params: first });
  await stream.until(6);
  await stream.close();
  for (const message of stream.feed) assertMatches(message, message.type, "components", "schemas", "FeedMessage");
  assert.deepEqual(
    stream.feed.map(({ type }) => type),
    ["tuned", "layerAdded", "layerReplaced", "layerTuned", "layerRenewed", "layerRemoved"],
  );
});

describe("refused, and nothing changed", () => {
  type Call = readonly [Parameters<ContractClient>[0], template: string, options: { body?: unknown; index?: string }];
  const tune = (config: object): Call => ["patch", BRAIN, { body: { config } }];
  const at = (index: string, method: Call[0] = "put", body?: unknown, path = LAYER): Call => [
    method,
    path,
    { index, ...(body === undefined ? {} : { body }) },
  ];
  const CASES: readonly (readonly [name: string, status: number, problem: string, call: Call, pointer?: string])[] = [
    ["inputDim, which is fixed", 422, "validation", tune({ inputDim: 5 }), "#/config/inputDim"],
    ["seed, which is fixed", 422, "validation", tune({ seed: 5 }), "#/config/seed"],
    ["layers as a number", 422, "validation", tune({ layers: 5 }), "#/config/layers"],
    ["an unknown setting", 422, "validation", tune({ gait: 5 }), "#/config/gait"],
    ["a rate of 0", 422, "validation", tune({ learningRate: 0 }), "#/config/learningRate"],
    ["a gate of 2", 422, "validation", tune({ gate: 2 }), "#/config/gate"],
    ["more neighbors than memory", 422, "validation", tune({ neighbors: 101 }), "#/config/neighbors"],
    ["a reward of 2", 422, "validation", tune({ reward: { right: 2 } }), "#/config/reward/right"],
    ["an unknown reward", 422, "validation", tune({ reward: { left: 1 } }), "#/config/reward/left"],
    ["a rejection above 1", 422, "validation", tune({ rejectBelow: 1.1 }), "#/config/rejectBelow"],
    ["a rejection that is text", 422, "validation", tune({ rejectBelow: "no" }), "#/config/rejectBelow"],
    ["neurogenesis that is text", 422, "validation", tune({ neurogenesis: "yes" }), "#/config/neurogenesis"],
    ["a place beyond the end", 422, "validation", ["post", LAYERS, { body: { index: 3 } }], "#/index"],
    ["a place before the start", 422, "validation", ["post", LAYERS, { body: { index: -1 } }], "#/index"],
    ["a place that is text", 422, "validation", ["post", LAYERS, { body: { index: "1" } }], "#/index"],
    ["an unknown property", 422, "validation", ["post", LAYERS, { body: { at: 1 } }], "#/at"],
    ["replacing with a body", 422, "validation", at("0", "put", { seed: 1 }), "#/seed"],
    ["tuning nothing", 422, "validation", at("0", "patch", {}), "#"],
    ["freezing by text", 422, "validation", at("0", "patch", { frozen: "yes" }), "#/frozen"],
    ["a layer's rate of 2", 422, "validation", at("0", "patch", { learningRate: 2 }), "#/learningRate"],
    ["a layer's gate", 422, "validation", at("0", "patch", { gate: 0.1 }), "#/gate"],
    ["renewing with a body", 422, "validation", at("0", "post", { force: 1 }, `${LAYER}/neurogenesis`), "#/force"],
    ["tuning with no body", 400, "not-json", ["patch", LAYER, { index: "0" }]],
    ...["2", "-1", "1.5", "first", "01", "99999999999"].flatMap((index) =>
      (
        [
          ["replacing", at(index)],
          ["tuning", at(index, "patch", { frozen: true })],
          ["removing", at(index, "delete")],
          ["renewing", at(index, "post", undefined, `${LAYER}/neurogenesis`)],
        ] as const
      ).map(([name, call]) => [`${name} layer ${index}`, 404, "layer-not-found", call] as const),
    ),
  ];
  before(async () => {
    await create("careful");
  });
  for (const [name, status, problem, [method, template, { index, body }], pointer] of CASES) {
    test(`${name}: ${status} ${problem}`, async () => {
      const params = { brain: "careful" };
      const earlier = await stateOf(params);
      const options = { params: { ...params, ...(index === undefined ? {} : { index }) }, ...(body ? { body } : {}) };
      const response = await api(method, template, options);
      assert.equal(response.status, status, response.text);
      assert.equal(response.body.type, `/problems/${problem}`);
      if (pointer !== undefined) assert.equal(response.body.errors[0].pointer, pointer);
      assert.deepEqual(await stateOf(params), earlier);
    });
  }

  test("what is fixed is said to be fixed", async () => {
    const ask = async (config: object) =>
      (await api("patch", BRAIN, { params: { brain: "careful" }, body: { config } })).body.detail;
    assert.match(await ask({ hiddenDim: 9 }), /#\/config\/hiddenDim is fixed when a brain is created/);
    assert.match(await ask({ layers: 9 }), /a layer at a time/);
  });

  test("an unknown brain: 404 brain-not-found", async () => {
    const params = { brain: "nobody", index: "0" };
    for (const [method, template, body] of [
      ["get", LAYERS, undefined],
      ["post", LAYERS, {}],
      ["put", LAYER, {}],
      ["patch", LAYER, { frozen: true }],
      ["delete", LAYER, undefined],
      ["post", `${LAYER}/neurogenesis`, {}],
      ["patch", BRAIN, { config: { gate: 0.1 } }],
    ] as const) {
      const { status, body: problem } = await api(method, template, { params, ...(body ? { body } : {}) });
      assert.deepEqual([status, problem.type], [404, "/problems/brain-not-found"]);
    }
  });

  test("the last layer: 409 last-layer", async () => {
    const params = await create("single", { layers: 1 });
    const earlier = await stateOf(params);
    const { status, body } = await api("delete", LAYER, { params: { ...params, index: "0" } });
    assert.deepEqual([status, body.type], [409, "/problems/last-layer"]);
    assert.deepEqual(await stateOf(params), earlier);
  });

  test("a layer beyond 64, or beyond the memory budget: 409 layer-limit", async () => {
    const most = await create("most", { layers: 64, hiddenDim: 8 });
    // A layer takes about 3.5 MB, of 13.
    const large = await create("large", { layers: 3, hiddenDim: 6000 });
    for (const params of [most, large]) {
      const { status, body } = await api("post", LAYERS, { params });
      assert.deepEqual([status, body.type], [409, "/problems/layer-limit"]);
    }
    assert.equal((await layersOf(most)).layers.length, 64);
  });

  test("renewing a frozen layer: 409 layer-frozen", async () => {
    const params = await create("cold");
    const first = { ...params, index: "0" };
    await api("patch", LAYER, { params: first, body: { frozen: true } });
    const { status, body } = await api("post", `${LAYER}/neurogenesis`, { params: first });
    assert.deepEqual([status, body.type], [409, "/problems/layer-frozen"]);
  });

  test("surgery in mode inference: 409 brain-frozen; freezing is no surgery", async () => {
    const params = await create("resting");
    const first = { ...params, index: "0" };
    await api("put", `${BRAIN}/mode`, { params, body: { mode: "inference" } });
    const earlier = await stateOf(params);
    for (const [method, template] of [
      ["post", LAYERS],
      ["put", LAYER],
      ["delete", LAYER],
      ["post", `${LAYER}/neurogenesis`],
    ] as const) {
      const { status, body } = await api(method, template, { params: first });
      assert.deepEqual([status, body.type], [409, "/problems/brain-frozen"]);
    }
    assert.deepEqual(await stateOf(params), earlier);
    assert.equal((await api("patch", LAYER, { params: first, body: { frozen: true } })).status, 200);
  });
});
