// What is measured of a brain, over HTTP, held against the contract.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { decodeSafetensors, encodeSafetensors } from "../../src/tensor/safetensors.ts";
import { type CheckpointAnswer, call, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const MEASURES = "/v1/brains/{brain}/measures";
const TASKS = "/v1/brains/{brain}/tasks";

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
});
after(() => server.close());

const create = (
  id: string,
  config: object = {},
  brain: typeof SMALL_BRAIN | typeof SMALL_TRIARCHIC_BRAIN = SMALL_BRAIN,
) => api("post", "/v1/brains", { body: { id, ...brain, config: { ...brain.config, ...config } } });

/** Teaches `rows` samples of each label, in one call; the same index is the same sample. */
const teach = (brain: string, labels: readonly string[], rows: number, from = 0) =>
  api("post", "/v1/brains/{brain}/learn", {
    params: { brain },
    body: {
      inputs: labels.flatMap((_, label) =>
        Array.from({ length: rows }, (__, row) => inputOf(100 * label + row + from)),
      ),
      labels: labels.flatMap((label) => Array<string>(rows).fill(label)),
    },
  });

const NO_BINS = Array.from({ length: 15 }, (_, bin) => ({
  from: bin / 15,
  to: (bin + 1) / 15,
  weight: 0,
  confidence: null,
  accuracy: null,
}));

const measure = async (brain: string) => (await api("get", MEASURES, { params: { brain } })).body;

test("a new brain has measured nothing: no number where there is none", async () => {
  await create("new");
  const body = await measure("new");
  assert.deepEqual([body.seq, body.since, body.classes], [0, 0, []]);
  assert.deepEqual(body.prequential, {
    samples: 0,
    right: 0,
    accuracy: null,
    window: { samples: 0, right: 0, accuracy: null },
    accuracyFaded: null,
    calibration: { error: null, bins: NO_BINS, answered: 0 },
    noveltyFaded: null,
    rewardFaded: null,
  });
  assert.deepEqual(body.transfer, {
    tasks: [0],
    matrix: [[null]],
    forgetting: null,
    backwardTransfer: null,
    forwardTransfer: null,
  });
  assert.deepEqual(body.confusion, { labels: [], counts: [], unanswered: [] });
});

test("samples count by what was answered before they were learned", async () => {
  await create("counted");
  await teach("counted", ["a", "b"], 1);
  await teach("counted", ["a", "b"], 1);
  const { prequential, confusion, classes, numbers } = await measure("counted");
  assert.deepEqual([prequential.samples, prequential.right, prequential.accuracy], [4, 2, 0.5]);
  assert.deepEqual(confusion, {
    labels: ["a", "b"],
    counts: [
      [1, 0],
      [0, 1],
    ],
    unanswered: [1, 1],
  });
  assert.deepEqual(
    classes.map(({ label, samples, right }: { label: string; samples: number; right: number }) => [
      label,
      samples,
      right,
    ]),
    [
      ["a", 2, 1],
      ["b", 2, 1],
    ],
  );
  assert.deepEqual([numbers.samples, numbers.accuracy, numbers.accuracyBatch], [4, 0.5, null]);
});

test("a task is an event of its own, named or not; one that has learned nothing only takes the name", async () => {
  await create("tasked");
  const start = (body?: object) => api("post", TASKS, { params: { brain: "tasked" }, ...(body && { body }) });
  assert.deepEqual((await start({ name: "first" })).body.seq, 1);
  await teach("tasked", ["a"], 2);
  assert.deepEqual((await start()).body, { brain: "tasked", seq: 3, step: 1, mode: "plastic", name: null });
  assert.equal((await start({ name: "second" })).body.name, "second");
  await api("put", "/v1/brains/{brain}/mode", { params: { brain: "tasked" }, body: { mode: "inference" } });
  assert.equal((await start({ name: "renamed" })).status, 200);
  const { tasks } = await measure("tasked");
  assert.deepEqual(
    tasks.map(({ task, name, seq, samples }: Record<string, unknown>) => [task, name, seq, samples]),
    [
      [0, "first", 1, 2],
      [1, "renamed", 6, 0],
    ],
  );
  for (const name of ["", "\u0007", "x".repeat(257)]) {
    const { status, body } = await start({ name });
    assert.deepEqual([status, body.errors[0].pointer], [422, "#/name"]);
  }
  const events = await api("get", "/v1/brains/{brain}/events", { params: { brain: "tasked" } });
  assert.equal(events.body.events[0].summary, 'task "renamed" started');
  assert.equal((await measure("tasked")).seq, 6);
});

for (const kind of ["plastic", "triarchic"] as const) {
  test(`what is held out is said, evaluated at the end of a task and told on the stream (${kind})`, async () => {
    const brain = `held-${kind}`;
    await create(brain, { holdout: 5 }, kind === "plastic" ? SMALL_BRAIN : SMALL_TRIARCHIC_BRAIN);
    const first = await teach(brain, ["a", "b"], 100);
    assert.ok(first.body.heldOut > 0 && first.body.heldOut < 40, `${first.body.heldOut} were held out`);
    assert.equal(first.body.samples, 200);
    const stream = new WebSocket(`${server.url.replace("http", "ws")}/v1/brains/${brain}/stream`);
    await new Promise((resolve) => stream.once("open", resolve));
    stream.send(JSON.stringify({ type: "subscribe", topics: ["measures"] }));
    const [subscribed, told] = ["subscribed", "measured"].map(
      (wanted) =>
        new Promise<Record<string, number>>((resolve) => {
          stream.on("message", (data) => {
            const { type, numbers = {} } = JSON.parse(String(data));
            const isIt = wanted === "subscribed" || numbers["tasks.0.accuracy"] !== undefined;
            if (type === wanted && isIt) resolve(numbers);
          });
        }),
    ) as [Promise<unknown>, Promise<Record<string, number>>];
    await subscribed;
    await api("post", TASKS, { params: { brain }, body: { name: "second" } });
    const numbers = await told;
    stream.close();
    const { holdout, tasks, transfer, classes } = await measure(brain);
    assert.equal(holdout.evaluatedSeq, 2);
    assert.deepEqual([holdout.samples, holdout.heldOut], [numbers.heldOut, numbers.heldOut]);
    assert.equal(numbers.holdoutAccuracy, holdout.accuracy);
    assert.deepEqual([tasks[0].heldOut, tasks[0].holdoutAccuracy], [holdout.samples, holdout.accuracy]);
    assert.deepEqual(transfer.matrix, [
      [holdout.accuracy, null],
      [null, null],
    ]);
    assert.equal(classes[0].heldOut + classes[1].heldOut, holdout.heldOut);
    assert.ok(classes.every(({ heldOut }: { heldOut: number }) => heldOut <= 5));
  });
}

test("the hold-out goes with what is forgotten, with a smaller limit, and with 0", async () => {
  await create("shrinking", { holdout: 6 });
  const params = { brain: "shrinking" };
  await teach("shrinking", ["a", "b", "c"], 200);
  const tune = (holdout: number) => api("patch", "/v1/brains/{brain}", { params, body: { config: { holdout } } });
  const counts = async () => (await measure("shrinking")).classes.map(({ heldOut }: { heldOut: number }) => heldOut);
  assert.deepEqual(await counts(), [6, 6, 6]);
  await tune(2);
  assert.deepEqual(await counts(), [2, 2, 2]);
  await api("delete", "/v1/brains/{brain}/memory", { params, query: "?label=b" });
  assert.deepEqual(await counts(), [2, 0, 2]);
  await tune(0);
  assert.deepEqual(await counts(), [0, 0, 0]);
  assert.equal((await teach("shrinking", ["a"], 100)).body.heldOut, 0);
});

test("measures go with the state: back to an earlier seq, and into a fork", async () => {
  await create("travelled", { holdout: 3 });
  const params = { brain: "travelled" };
  await teach("travelled", ["a", "b"], 60);
  await api("post", "/v1/brains/{brain}/consolidate", { params });
  const then = await measure("travelled");
  await teach("travelled", ["c"], 80, 500);
  await api("post", TASKS, { params });
  const now = await measure("travelled");
  assert.notDeepEqual(now.transfer, then.transfer);
  await api("post", "/v1/brains/{brain}/fork", { params, body: { id: "forked", seq: then.seq } });
  const { brain: _, ...forked } = await measure("forked");
  const { brain: __, ...original } = then;
  assert.deepEqual(forked, original);
  const back = await api("post", "/v1/brains/{brain}/restore", { params, body: { seq: then.seq } });
  const { seq, ...restored } = await measure("travelled");
  assert.deepEqual([seq, restored], [back.body.seq, { ...restored, ...without(then, "seq") }]);
});

const without = (object: object, key: string) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

test("a checkpoint's file brings the measures into another brain; damaged ones are refused", async () => {
  await create("origin", { holdout: 3 });
  const url = `${server.url}/v1/brains/origin`;
  for (let lesson = 0; lesson < 2; lesson++) await teach("origin", ["a", "b"], 60);
  const { id } = await call<CheckpointAnswer>("POST", `${url}/checkpoints`);
  const file = new Uint8Array(await (await fetch(`${url}/checkpoints/${id}/file`)).arrayBuffer());
  const send = (body: Uint8Array, brain: string) =>
    api("post", "/v1/brains/import", {
      query: `?id=${brain}`,
      body: Buffer.from(body),
      headers: { "content-type": "application/vnd.safetensors" },
    });
  assert.equal((await send(file, "imported")).status, 201);
  assert.deepEqual(without(await measure("imported"), "brain"), without(await measure("origin"), "brain"));
  const { metadata, tensors } = decodeSafetensors(file);
  const { brain = "" } = metadata;
  const saying = (from: string | RegExp, to: string) =>
    encodeSafetensors(tensors, { ...metadata, brain: brain.replace(from, to) });
  const having = (name: string, value: number) => {
    const { data, ...tensor } = tensors[name] ?? assert.fail(name);
    return encodeSafetensors({ ...tensors, [name]: { ...tensor, data: data.slice().fill(value) } }, metadata);
  };
  const { "measures.window": ____, ...others } = tensors;
  const { "measures.calibration": _____, ...uncalibrated } = tensors;
  const bad = [
    saying('"learnedSince":', '"learnedThen":'),
    saying(/"confusionCells":\d+/, '"confusionCells":7000'),
    saying(/"drifts":\d+/, '"drifts":1'),
    having("measures.window", 2),
    having("measures.classRight", 1_000_000), // more than there were
    having("measures.heldOutOwners", 1), // all of one class: more than are kept
    having("measures.heldOutOwners", 9), // of no class
    having("measures.heldOut", Number.NaN),
    having("measures.confusion", 1), // one cell, again and again
    having("measures.transfer", -1),
    encodeSafetensors(others, metadata),
    encodeSafetensors(uncalibrated, metadata),
    having("measures.calibration", 100), // heavier than faded answers can be
    having("measures.calibration", Number.NaN),
    saying(/"calibration":\{"samples":\d+\}/, '"calibration":{"samples":7000}'), // more than were taught
  ];
  for (const [index, body] of bad.entries()) {
    const { status, body: problem } = await send(body, `bad-${index}`);
    assert.deepEqual([status, problem.type], [422, "/problems/file-invalid"], `${index}: ${problem.detail}`);
  }
});
