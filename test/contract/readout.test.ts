// Readouts of sums over HTTP, held against the contract: made, taught, taken along wherever a brain goes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { SAFETENSORS } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let call: ContractClient;
before(async () => {
  server = await startTestServer();
  call = contractClient(server.url);
});
after(() => server.close());

const PREDICT = { inputs: [inputOf(3), inputOf(40)], topK: 5 };

const answersOf = async (brain: string) =>
  (await call("post", "/v1/brains/{brain}/predict", { params: { brain }, body: PREDICT })).body.predictions;

/** Waits until what is solved in the background has come to what it comes to. */
async function restedAnswersOf(brain: string, wanted: unknown): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (JSON.stringify(await answersOf(brain)) === JSON.stringify(wanted)) return;
    await delay(50);
  }
  assert.deepEqual(await answersOf(brain), wanted);
}

test("a brain says which readout it has, and keeps it for life", async () => {
  const config = { ...SMALL_BRAIN.config, holdout: 0 };
  const plain = await call("post", "/v1/brains", { body: { ...SMALL_BRAIN, id: "plain" } });
  assert.equal(plain.body.config.readout, "blend");
  for (const readout of ["memory", "analytic", "blend"]) {
    const { status, body } = await call("post", "/v1/brains", {
      body: { ...SMALL_BRAIN, id: readout, config: { ...config, readout } },
    });
    assert.deepEqual([status, body.config.readout], [201, readout]);
  }
  const tuned = await call("patch", "/v1/brains/{brain}", {
    params: { brain: "blend" },
    body: { config: { readout: "memory" } },
  });
  assert.deepEqual([tuned.status, tuned.body.errors[0].pointer], [422, "#/config/readout"], tuned.text);
  const wide = await call("post", "/v1/brains", {
    body: { id: "wide", kind: "plastic", config: { ...config, inputDim: 2049, readout: "analytic" } },
  });
  assert.deepEqual([wide.status, wide.body.errors[0].pointer], [422, "#/config/readout"], wide.text);
  const small = { inputDim: 2049, hiddenDim: 8, winners: 2, layers: 1, memorySize: 10, neighbors: 1 };
  const unasked = await call("post", "/v1/brains", { body: { id: "wide", kind: "plastic", config: small } });
  assert.deepEqual([unasked.status, unasked.body.config.readout], [201, "memory"], unasked.text);
});

test("what it knows goes along with files, forks and restores, to the bit", async () => {
  for (const brain of ["analytic", "blend"]) {
    const params = { brain };
    for (let step = 0; step < 4; step++) {
      const rows = Array.from({ length: 8 }, (_, i) => 8 * step + i);
      const body = { inputs: rows.map(inputOf), labels: rows.map((row) => `c${row % 3}`) };
      assert.equal((await call("post", "/v1/brains/{brain}/learn", { params, body })).status, 200);
    }
    assert.equal((await call("post", "/v1/brains/{brain}/consolidate", { params })).status, 200);
    const { id } = (await call("post", "/v1/brains/{brain}/checkpoints", { params })).body;
    // Taking a checkpoint waits for what a consolidation solves.
    const answers = await answersOf(brain);
    for (const { scores } of answers) {
      const total = scores.reduce((sum: number, { score }: { score: number }) => sum + score, 0);
      assert.ok(Math.abs(total - 1) < 1e-9);
    }
    const file = await fetch(`${server.url}/v1/brains/${brain}/checkpoints/${id}/file`);
    const imported = await call("post", "/v1/brains/import", {
      query: `?id=${brain}-again`,
      headers: { "content-type": SAFETENSORS },
      body: Buffer.from(await file.arrayBuffer()),
    });
    assert.equal(imported.status, 201, imported.text);
    await restedAnswersOf(`${brain}-again`, answers);
    await call("post", "/v1/brains/{brain}/fork", { params, body: { id: `${brain}-fork` } });
    await restedAnswersOf(`${brain}-fork`, answers);
    await call("post", "/v1/brains/{brain}/learn", { params, body: { inputs: [inputOf(77)], labels: ["new"] } });
    const back = await call("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", {
      params: { ...params, checkpoint: id },
    });
    assert.equal(back.status, 200, back.text);
    await restedAnswersOf(brain, answers);
  }
});

test("an evaluation waits for what is to be solved, so that it is of its state alone", async () => {
  const params = { brain: "blend" };
  const rows = Array.from({ length: 12 }, (_, row) => row + 100);
  const labels = rows.map((row) => `c${row % 3}`);
  const samples = { inputs: rows.map(inputOf), labels };
  const judged = async () => (await call("post", "/v1/brains/{brain}/evaluate", { params, body: samples })).body;
  await call("post", "/v1/brains/{brain}/learn", { params, body: samples });
  const learned = await judged();
  await delay(300);
  assert.deepEqual(await judged(), learned);
  await call("post", "/v1/brains/{brain}/consolidate", { params });
  const consolidated = await judged();
  await delay(300);
  assert.deepEqual(await judged(), consolidated);
});

test("a class that is forgotten is no answer any more", async () => {
  const params = { brain: "blend" };
  const forgotten = await call("delete", "/v1/brains/{brain}/memory", { params, query: "?label=c1" });
  assert.equal(forgotten.status, 200, forgotten.text);
  const answers = await answersOf("blend");
  assert.ok(
    answers.every(({ scores }: { scores: { label: string }[] }) => scores.every(({ label }) => label !== "c1")),
  );
});
