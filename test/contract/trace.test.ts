// Traces over HTTP, held against the contract.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { digestOf, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const TRACE = "/v1/brains/{brain}/trace";
const INPUTS = [inputOf(0), inputOf(17)];

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer({ ENGRAM_MAX_CALL_ROWS: "16" });
  api = contractClient(server.url);
  for (const brain of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
    const params = { brain: brain.kind };
    await api("post", "/v1/brains", { body: { id: brain.kind, ...brain } });
    const labels = Array.from({ length: 12 }, (_, i) => `c${i % 3}`);
    const body = { inputs: labels.map((_, i) => inputOf(i)), labels };
    for (let call = 0; call < 2; call++) await api("post", "/v1/brains/{brain}/learn", { params, body });
    await api("post", "/v1/brains/{brain}/consolidate", { params });
  }
});
after(() => server.close());

const trace = (brain: string, body: object) => api("post", TRACE, { params: { brain }, body });

for (const { kind } of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
  test(`a trace predicts what predict explains, and changes nothing in any mode (${kind})`, async () => {
    const params = { brain: kind };
    for (const mode of ["plastic", "panic", "inference"]) {
      await api("put", "/v1/brains/{brain}/mode", { params, body: { mode } });
      const earlier = await digestOf(`${server.url}/v1/brains/${kind}`);
      const { status, body } = await trace(kind, { inputs: INPUTS, topK: 2, imaginations: true });
      assert.equal(status, 200);
      const asked = { inputs: INPUTS, topK: 2, explain: true };
      const { predictions, ...stamp } = (await api("post", "/v1/brains/{brain}/predict", { params, body: asked })).body;
      const { traces, ...traced } = body;
      assert.deepEqual(traced, stamp);
      assert.deepEqual(
        traces.map(({ prediction }: { prediction: object }) => prediction),
        predictions,
      );
      assert.equal(await digestOf(`${server.url}/v1/brains/${kind}`), earlier);
    }
    await api("put", "/v1/brains/{brain}/mode", { params, body: { mode: "plastic" } });
  });
}

test("each layer of a plastic brain says who fired, and what it recalled where that is asked for", async () => {
  const { inputDim, winners, layers, hiddenDim } = SMALL_BRAIN.config;
  const [plain] = (await trace("plastic", { inputs: INPUTS })).body.traces;
  const [told] = (await trace("plastic", { inputs: INPUTS, imaginations: true })).body.traces;
  assert.deepEqual(
    told.layers.map(({ imagination, ...rest }: { imagination: number[] }) => {
      assert.equal(imagination.length, inputDim);
      return rest;
    }),
    plain.layers,
  );
  assert.equal(plain.layers.length, layers);
  for (const [index, layer] of plain.layers.entries()) {
    assert.deepEqual([layer.index, layer.neurons, layer.gate], [index, hiddenDim, 0.01]);
    assert.deepEqual([layer.winners.length, layer.activations.length], [winners, winners]);
    assert.ok(layer.contribution > 0 && layer.inputNorm > 0);
  }
  assert.ok(!("base" in plain) && !("energies" in plain));
});

test("a triarchic brain says who fired in its base, and how much its core and its overlay have to say", async () => {
  const [told] = (await trace("triarchic", { inputs: INPUTS, imaginations: true })).body.traces;
  assert.ok(!("layers" in told));
  assert.ok(told.base.winners.length > 0 && told.base.winners.length < SMALL_TRIARCHIC_BRAIN.config.winners);
  assert.equal(told.base.activations.length, told.base.winners.length);
  const logits = told.prediction.explanation.contributions.core.map(({ score }: { score: number }) => Math.abs(score));
  const mean = logits.reduce((sum: number, logit: number) => sum + logit, 0) / logits.length;
  assert.ok(Math.abs(told.energies.core - mean) < 1e-6);
  assert.equal(told.energies.overlay, 0); // moved into the core when it was consolidated
});

test("an empty brain is traced, too", async () => {
  for (const brain of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
    const id = `empty-${brain.kind}`;
    await api("post", "/v1/brains", { body: { id, ...brain } });
    const { status, body } = await trace(id, { inputs: INPUTS });
    assert.deepEqual([status, body.seq, body.traces.length, body.traces[0].prediction.label], [200, 0, 2, null]);
    if (brain.kind === "triarchic") assert.deepEqual(body.traces[0].energies, { core: 0, overlay: 0 });
  }
});

describe("what is wrong is pointed at", () => {
  const input = inputOf(0);
  const wrong = (at: number, value: unknown) => input.map((number, i) => (i === at ? value : number));
  const cases: readonly (readonly [name: string, body: object, pointer: string])[] = [
    ["nine inputs", { inputs: Array(9).fill(input) }, "#/inputs"],
    ["no inputs", { inputs: [] }, "#/inputs"],
    ["inputs that are left out", { topK: 1 }, "#/inputs"],
    ["an input of another width", { inputs: [[1, 2]] }, "#/inputs/0"],
    ["inputs of different width", { inputs: [input, [1, 2]] }, "#/inputs/1"],
    ["text among the numbers", { inputs: [input, wrong(3, "1")] }, "#/inputs/1/3"],
    ["a number beyond float32", { inputs: [wrong(7, 1e300)] }, "#/inputs/0/7"],
    ["a topK of 0", { inputs: [input], topK: 0 }, "#/topK"],
    ["imaginations that are text", { inputs: [input], imaginations: "yes" }, "#/imaginations"],
    ["an unknown property", { inputs: [input], explain: true }, "#/explain"],
  ];
  for (const [name, body, pointer] of cases) {
    test(`${name}: 422 at ${pointer}`, async () => {
      const { status, body: problem } = await trace("plastic", body);
      assert.deepEqual([status, problem.type], [422, "/problems/validation"]);
      assert.equal(problem.errors[0].pointer, pointer);
    });
  }

  test("an unknown brain: 404", async () => {
    const { status, body } = await trace("nobody", { inputs: [input] });
    assert.deepEqual([status, body.type], [404, "/problems/brain-not-found"]);
  });

  test("an answer that would be too long: 422 at what makes it so", async () => {
    const config = { inputDim: 8, hiddenDim: 2048, winners: 2048, layers: 8, memorySize: 10, neighbors: 1 };
    await api("post", "/v1/brains", { body: { id: "busy", kind: "plastic", config } });
    assert.equal((await trace("busy", { inputs: Array(5).fill(input) })).status, 200);
    const many = await trace("busy", { inputs: Array(6).fill(input) });
    assert.deepEqual([many.status, many.body.errors[0].pointer], [422, "#/inputs"]);
    const wide = { inputDim: 32_000, hiddenDim: 4, winners: 1, layers: 2, memorySize: 1, neighbors: 1 };
    await api("post", "/v1/brains", { body: { id: "wide", kind: "plastic", config: wide } });
    const inputs = Array(4).fill(Array(32_000).fill(0.5));
    assert.equal((await trace("wide", { inputs })).status, 200);
    const all = await trace("wide", { inputs, imaginations: true });
    assert.deepEqual([all.status, all.body.errors[0].pointer], [422, "#/imaginations"]);
  });
});
