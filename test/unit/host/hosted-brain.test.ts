import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { selectBackend } from "../../../src/backend/select.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../../../src/brain/config.ts";
import { encodeEvent } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { ON_ONE_THREAD } from "../../../src/encoders/encoder.ts";
import { Activity } from "../../../src/host/activity.ts";
import { HostEncoders } from "../../../src/host/encoders.ts";
import { HostServer } from "../../../src/host/host-server.ts";
import type { OperationName, RequestOf, ResultOf } from "../../../src/host/protocol.ts";

const CONFIG = {
  ...PLASTIC_DEFAULTS,
  inputDim: 4,
  hiddenDim: 16,
  winners: 2,
  layers: 1,
  memorySize: 8,
  neighbors: 2,
  seed: 1,
};
const brain = "one";

async function host(config: PlasticConfig = CONFIG) {
  const limits = { maxBatchRows: 256, maxBatchDelayMs: 2 };
  const backend = await selectBackend("reference", { threads: 1 });
  const parts = { backend, encoders: new HostEncoders("", ON_ONE_THREAD), limits, activity: new Activity(null) };
  const server = new HostServer(parts, (error) => assert.fail(String(error)));
  const ask = <Op extends OperationName>(
    op: Op,
    request: Omit<RequestOf<Op>, "brain">,
    body: Uint8Array = new Uint8Array(0),
    isWanted = () => true,
  ): Promise<{ result: ResultOf<Op>; body?: Uint8Array }> =>
    server.handle({ id: 0, op, ...request, brain } as never, body, isWanted) as never;
  await ask("create", { blueprint: { kind: "plastic", config } });
  return ask;
}

const learned = encodeEvent({
  type: "learned",
  inputs: { rows: 1, cols: 4, data: Float32Array.of(1, 2, 3, 4) },
  classes: Int32Array.of(0),
  newLabels: ["a"],
  mode: "panic",
  memorize: true,
});

test("changes go on while a snapshot is read, and it stays the state of its seq", async () => {
  const ask = await host();
  const { result } = await ask("snapshotBegin", { snapshot: "s", chunkBytes: 64 });
  const before = await ask("snapshotChunk", { snapshot: "s", index: 0 });
  await ask("apply", { seq: 1 }, learned);
  assert.equal(result.seq, 0);
  assert.deepEqual(await ask("snapshotChunk", { snapshot: "s", index: 0 }), before);
});

test("a snapshot is of the state that the events sent before it lead to, whatever is sent with it", async () => {
  const ask = await host();
  const answers = [
    ask("apply", { seq: 1 }, learned),
    ask("snapshotBegin", { snapshot: "s", chunkBytes: 64 }),
    ask("apply", { seq: 2 }, learned),
    ask("snapshotBegin", { snapshot: "t", chunkBytes: 64 }),
  ] as const;
  const [, first, , second] = await Promise.all(answers);
  assert.deepEqual([first.result.seq, second.result.seq], [1, 2]);
  await ask("snapshotEnd", { snapshot: "s" });
  await assert.rejects(ask("snapshotChunk", { snapshot: "s", index: 0 }), { failure: "not-resident" });
  await ask("apply", { seq: 3 }, learned);
  const { body } = await ask("snapshotChunk", { snapshot: "t", index: 0 });
  const hash = createHash("sha256").update(body!).digest();
  assert.deepEqual(Buffer.from(second.body!.subarray(second.result.headerBytes)).subarray(0, 32), hash);
});

test("a brain that is unloaded while a snapshot is taken or read is gone for its readers, and lets everything else end", async () => {
  const ask = await host();
  await ask("snapshotBegin", { snapshot: "read", chunkBytes: 64 });
  const taken = assert.rejects(ask("snapshotBegin", { snapshot: "taken", chunkBytes: 1 }), { failure: "not-resident" });
  const applied = ask("apply", { seq: 1 }, learned);
  await ask("unload", {});
  await applied;
  await taken;
  await assert.rejects(ask("snapshotChunk", { snapshot: "read", index: 0 }), { failure: "not-resident" });
});

test("weights are those of one state, however much the brain learns while they are looked through", async () => {
  // Large enough that looking takes many slices, between which lessons are learned.
  const config = { ...CONFIG, inputDim: 256, hiddenDim: 4096, layers: 1 };
  const ask = await host(config);
  const weights = async () => (await ask("weights", { bins: 10 })).result;
  const fresh = await weights();
  const lesson = (seq: number) => {
    const inputs = { rows: 1, cols: 256, data: Random.seeded(seq).gaussians(256) };
    const newLabels = seq === 1 ? ["a"] : [];
    const classes = Int32Array.of(0);
    return ask(
      "apply",
      { seq },
      encodeEvent({ type: "learned", inputs, classes, newLabels, mode: "panic", memorize: true }),
    );
  };
  const order: string[] = [];
  const looked = weights().then((result) => {
    order.push("weights");
    return result;
  });
  await Promise.all([1, 2].map((seq) => lesson(seq).then(() => order.push(`lesson ${seq}`))));
  assert.deepEqual(await looked, fresh);
  assert.equal(order.at(-1), "weights");
  const learnt = await weights();
  assert.deepEqual([fresh.seq, learnt.seq], [0, 2]);
  assert.notDeepEqual(learnt.tensors, fresh.tensors);
});

test("predictions go on while a long lesson is read, of the state before it; looks and changes wait for it", async () => {
  // So slow that the reading takes many turns.
  const ask = await host({ ...CONFIG, inputDim: 64, hiddenDim: 512, layers: 2, holdout: 2 });
  const rows = 100;
  const inputs = { rows, cols: 64, data: Random.seeded(1).gaussians(64 * rows) };
  const lesson = { type: "learned", inputs, newLabels: ["a"], mode: "plastic", memorize: true } as const;
  const order: string[] = [];
  const say = <T>(name: string, work: Promise<T>) => work.finally(() => order.push(name));
  const taught = say("lesson", ask("apply", { seq: 1 }, encodeEvent({ ...lesson, classes: new Int32Array(rows) })));
  const looked = say("look", ask("memorySummary", {}));
  const changed = say("change", ask("apply", { seq: 2 }, encodeEvent({ type: "consolidated" })));
  const query = new Uint8Array(inputs.data.slice(0, 64).buffer);
  const predict = async () => (await ask("predict", { rows: 1, cols: 64, topK: 1, explain: false }, query)).result;
  for (let n = 0; n < 3; n++) {
    await nextTurn();
    const { seq, step, predictions } = await say("prediction", predict());
    assert.deepEqual([seq, step, predictions[0]?.label, predictions[0]?.novelty], [0, 0, null, 1]);
  }
  const [, { result }] = await Promise.all([taught, looked, changed]);
  assert.deepEqual([result.seq, result.stored], [1, 8]);
  assert.deepEqual(order, ["prediction", "prediction", "prediction", "lesson", "look", "change"]);
  const { seq, predictions } = await predict();
  assert.deepEqual([seq, predictions[0]?.label], [2, "a"]);
});

test("a brain that is unloaded while a lesson is read learns it, and answers what was asked meanwhile, before it goes", async () => {
  const ask = await host({ ...CONFIG, inputDim: 64, hiddenDim: 512 });
  const inputs = { rows: 70, cols: 64, data: Random.seeded(1).gaussians(64 * 70) };
  const lesson = { type: "learned", inputs, newLabels: ["a"], mode: "plastic", memorize: true } as const;
  const taught = ask("apply", { seq: 1 }, encodeEvent({ ...lesson, classes: new Int32Array(70) }));
  await nextTurn();
  const query = new Uint8Array(inputs.data.slice(0, 64).buffer);
  const asked = ask("predict", { rows: 1, cols: 64, topK: 1, explain: false }, query);
  await ask("unload", {});
  assert.equal((await asked).result.seq, 0);
  assert.deepEqual((await taught).result.outcome.type, "learned");
  await assert.rejects(ask("memorySummary", {}), { failure: "not-resident" });
});

test("weights that nobody wants any more are looked through no further, and those of a brain that leaves are told", async () => {
  const ask = await host();
  const unwanted = ask("weights", { bins: 10 }, undefined, () => false);
  await assert.rejects(unwanted, { failure: "cancelled" });
  const looked = ask("weights", { bins: 10 });
  await ask("unload", {});
  assert.equal((await looked).result.tensors.length, 4);
});

test("a brain's index is made in the background: calls are answered meanwhile, and it may leave at any time", async () => {
  const ask = await host({ ...CONFIG, memorySize: 20_000, memoryIndex: "hnsw", readout: "memory" });
  const rows = 6000;
  const inputs = { rows, cols: 4, data: Random.seeded(1).directions(rows, 4) };
  const lesson = { type: "learned", inputs, newLabels: ["a"], mode: "panic", memorize: true } as const;
  await ask("apply", { seq: 1 }, encodeEvent({ ...lesson, classes: new Int32Array(rows) }));
  const query = new Uint8Array(inputs.data.slice(0, 4).buffer);
  const indexed: number[] = [];
  const states = new Set<string>();
  while (!states.has("ready")) {
    await nextTurn(); // calls come from outside
    const [{ result }] = await Promise.all([
      ask("memorySummary", {}),
      ask("predict", { rows: 1, cols: 4, topK: 1, explain: false }, query),
    ]);
    states.add(result.index.state);
    indexed.push(result.index.indexed);
    assert.ok(indexed.length < 1000, "the index never gets ready");
  }
  assert.deepEqual([...states], ["building", "ready"]);
  assert.ok(new Set(indexed).size > 5 && indexed.every((count, i) => count >= (indexed[i - 1] ?? 0)));
  await ask("apply", { seq: 2 }, encodeEvent({ type: "forgot", samples: { of: "all" } }));
  await ask("unload", {});
});

test("a state that is cut short or too long is refused as damaged", async () => {
  const ask = await host();
  await ask("loadBegin", { seq: 0, byteLength: 8 });
  await assert.rejects(ask("loadEnd", {}), { failure: "damaged" });
  await ask("loadBegin", { seq: 0, byteLength: 8 });
  await assert.rejects(ask("loadPart", {}, new Uint8Array(9)), { failure: "damaged" });
});
