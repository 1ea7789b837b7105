// The laws of a brain as a client can check them, through HTTP and the stream.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { MEMORY_POLICIES } from "../../src/brain/config.ts";
import {
  type BrainAnswer,
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  Refused,
  rest,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
  type Stamp,
} from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { StreamClient } from "../support/stream.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer({ ENGRAM_CHECKPOINT_EVERY_EVENTS: "25" });
});
after(() => server.close());

let made = 0;
/** A brain of its own for each test. @returns its address */
async function newBrain(config = {}, blueprint: { kind: string; config: object } = SMALL_BRAIN): Promise<string> {
  const id = `law-${made++}`;
  const { kind } = blueprint;
  await call("POST", `${server.url}/v1/brains`, { id, kind, config: { ...blueprint.config, ...config } });
  return `${server.url}/v1/brains/${id}`;
}

test("the order of acknowledgements is the order of seq", async () => {
  const brain = await newBrain();
  const stream = await StreamClient.open(brain, { subscribe: {} });
  const seqsHeard = () => stream.feed.filter(({ type }) => type === "learned").map(({ seq }) => seq);
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      call<Stamp>("POST", `${brain}/learn`, { inputs: [inputOf(index)], labels: [`class-${index % 5}`] }),
    ),
  );
  await stream.until(() => seqsHeard().length === 100);
  await stream.close();
  const inOrder = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.deepEqual(seqsHeard(), inOrder);
  assert.deepEqual(
    answers.map(({ seq }) => seq).sort((a, b) => a - b),
    inOrder,
  );
});

test("one connection never sees the state go back", async () => {
  const brain = await newBrain();
  let last = 0;
  for (let index = 0; index < 40; index++) {
    const [learned, predicted] = await Promise.all([
      call<Stamp>("POST", `${brain}/learn`, { inputs: [inputOf(index)], labels: ["a"] }),
      call<Stamp>("POST", `${brain}/predict`, { inputs: [inputOf(index)] }),
    ]);
    assert.ok(predicted.seq >= last && predicted.seq <= learned.seq);
    const read = await call<Stamp>("POST", `${brain}/predict`, { inputs: [inputOf(index)] });
    assert.equal(read.seq, learned.seq);
    last = read.seq;
  }
});

const tunings = fc.constantFrom<object>(
  { learningRate: 0.2, neurogenesis: false },
  { gate: 0.5, neighbors: 3 },
  { reward: { wrong: -1 }, rejectBelow: 0.9 },
);

const operations = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        op: fc.constant("learn" as const),
        index: fc.nat(50),
        rows: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant("mode" as const), mode: fc.constantFrom("plastic", "panic") }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("consolidate" as const) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("forget" as const), nth: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("tune" as const), config: tunings }) },
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constantFrom("addLayer", "replaceLayer", "removeLayer", "renewLayer", "freezeLayer", "thawLayer"),
        index: fc.nat(3),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constant("lateLabels" as const),
        index: fc.nat(50),
        rows: fc.integer({ min: 1, max: 3 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 12 },
);

type Operation = typeof operations extends fc.Arbitrary<(infer Item)[]> ? Item : never;

async function perform(brain: string, operation: Operation): Promise<unknown> {
  switch (operation.op) {
    case "learn": {
      const inputs = Array.from({ length: operation.rows }, (_, row) => inputOf(operation.index + row));
      return call("POST", `${brain}/learn`, {
        inputs,
        labels: inputs.map((_, row) => `class-${(operation.index + row) % 6}`),
      });
    }
    case "mode":
      return call("PUT", `${brain}/mode`, { mode: operation.mode });
    case "consolidate":
      return call("POST", `${brain}/consolidate`);
    case "forget":
      return forgetNth(brain, operation.nth);
    case "tune":
      return call("PATCH", brain, { config: operation.config });
    case "lateLabels": {
      const inputs = Array.from({ length: operation.rows }, (_, row) => inputOf(operation.index + row));
      const { predictions } = await call<{ predictions: { id: string }[] }>("POST", `${brain}/predict`, {
        inputs,
        track: true,
      });
      const items = predictions.map(({ id }, row) => ({ id, label: `class-${(operation.index + row) % 8}` }));
      return call("POST", `${brain}/feedback`, { items });
    }
    default:
      // The brain may have no such layer by then, or only one, or a frozen one: refused, and no part of its life.
      return operate(`${brain}/layers`, operation.op, operation.index).catch((error) => {
        if (!(error instanceof Refused && (error.status === 404 || error.status === 409))) throw error;
      });
  }
}

function operate(layers: string, op: string, index: number): Promise<unknown> {
  switch (op) {
    case "addLayer":
      return call("POST", layers);
    case "replaceLayer":
      return call("PUT", `${layers}/${index}`);
    case "removeLayer":
      return call("DELETE", `${layers}/${index}`);
    case "renewLayer":
      return call("POST", `${layers}/${index}/neurogenesis`);
    default:
      return call("PATCH", `${layers}/${index}`, { frozen: op === "freezeLayer" });
  }
}

/** Forgets the nth newest sample, or all where there are not so many. */
async function forgetNth(brain: string, nth: number): Promise<unknown> {
  const { entries } = await call<{ entries: { id: number }[] }>("GET", `${brain}/memory/entries?limit=31`);
  const entry = entries[nth];
  return call("DELETE", entry === undefined ? `${brain}/memory` : `${brain}/memory/entries/${entry.id}`);
}
const OF_ALL_KINDS: readonly string[] = ["learn", "mode", "consolidate"];

/** A brain and `count` stretches of its life, of operations that its kind has. */
const livesOf = (count: number) =>
  fc
    .record({
      blueprint: fc.constantFrom(SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN),
      lives: fc.array(operations, { minLength: count, maxLength: count }),
    })
    .map(({ blueprint, lives }) => ({
      blueprint,
      lives:
        blueprint.kind === "plastic" ? lives : lives.map((life) => life.filter(({ op }) => OF_ALL_KINDS.includes(op))),
    }));

test("restore after checkpoint is the identity, whatever came before and between", async () => {
  await fc.assert(
    fc.asyncProperty(livesOf(2), async ({ blueprint, lives: [first = [], between = []] }) => {
      const brain = await newBrain({}, blueprint);
      for (const operation of first) await perform(brain, operation);
      const checkpoint = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
      for (const operation of between) await perform(brain, operation);
      const before = await call<BrainAnswer>("GET", brain);
      const { seq, step } = await call<Stamp>("POST", `${brain}/checkpoints/${checkpoint.id}/restore`);
      assert.equal(seq, before.seq + 1);
      assert.equal(step, checkpoint.step);
      assert.equal(await digestOf(brain), checkpoint.digest);
    }),
    { numRuns: 12 },
  );
});

test("a brain replayed from its log is the brain that lived", async () => {
  await fc.assert(
    fc.asyncProperty(livesOf(1), async ({ blueprint, lives: [life = []] }) => {
      const brain = await newBrain({}, blueprint);
      for (const operation of life) await perform(brain, operation);
      const lived = await digestOf(brain);
      const listed = await call("GET", `${brain}/layers`);
      process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
      assert.equal(await digestOf(brain), lived);
      assert.deepEqual(await call("GET", `${brain}/layers`), listed);
    }),
    { numRuns: 6 },
  );
});

for (const blueprint of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
  test(`what is learned after a restore survives the host's death (${blueprint.kind})`, async () => {
    const brain = await newBrain({}, blueprint);
    await perform(brain, { op: "learn", index: 1, rows: 2 });
    const { id } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
    await perform(brain, { op: "learn", index: 2, rows: 3 });
    await call("POST", `${brain}/checkpoints/${id}/restore`);
    await perform(brain, { op: "learn", index: 3, rows: 4 });
    if (blueprint.kind === "plastic") await perform(brain, { op: "forget", nth: 2 });
    const before = await digestOf(brain);
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    assert.equal(await digestOf(brain), before);
  });
}

for (const memoryPolicy of MEMORY_POLICIES) {
  test(`a full memory comes back as it was, some of it forgotten (${memoryPolicy})`, async () => {
    const brain = await newBrain({ memoryPolicy, memorySize: 12 });
    for (let index = 0; index < 30; index++) {
      await perform(brain, { op: "learn", index, rows: 3 });
      if (index % 8 === 7) await perform(brain, { op: "forget", nth: index % 5 });
    }
    await call("DELETE", `${brain}/memory?label=class-1`);
    for (let index = 0; index < 9; index++) await perform(brain, { op: "learn", index, rows: 2 });
    const read = () => call(`GET`, `${brain}/memory/entries?include=keys`);
    const [before, digest] = [await read(), await digestOf(brain)];
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    assert.deepEqual(await read(), before);
    assert.equal(await digestOf(brain), digest);
  });
}

test("predictions change nothing, and checkpoints do not either", async () => {
  const [lived, twin] = [await newBrain(), await newBrain()];
  for (let index = 0; index < 60; index++) {
    const body = { inputs: [inputOf(index)], labels: [`class-${index % 4}`] };
    await call("POST", `${lived}/learn`, body);
    await call("POST", `${twin}/learn`, body);
    await call("POST", `${twin}/predict`, { inputs: [inputOf(index + 0.5), inputOf(index)] });
    if (index % 20 === 10) await call("POST", `${twin}/checkpoints`);
  }
  assert.equal(await digestOf(twin), await digestOf(lived));
});

test("64 predictions at once get exactly the answers that each gets alone", async () => {
  const brain = await newBrain();
  for (let index = 0; index < 50; index++) await perform(brain, { op: "learn", index, rows: 2 });
  await rest(brain);
  const ask = (index: number) =>
    call<{ predictions: unknown[] }>("POST", `${brain}/predict`, {
      inputs: [inputOf(index + 0.3)],
      topK: (index % 5) + 1,
    });
  const together = await Promise.all(Array.from({ length: 64 }, (_, index) => ask(index)));
  for (const [index, { predictions }] of together.entries()) {
    assert.deepEqual(predictions, (await ask(index)).predictions);
  }
});

test("the checkpoint that a restored brain recovers from cannot be deleted until there is another", async () => {
  const brain = await newBrain();
  await perform(brain, { op: "learn", index: 1, rows: 2 });
  const { id } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
  await call("POST", `${brain}/checkpoints/${id}/restore`);
  await call("DELETE", `${brain}/checkpoints/${id}`);
  const { checkpoints } = await call<{ checkpoints: CheckpointAnswer[] }>("GET", `${brain}/checkpoints`);
  assert.equal(checkpoints.length, 1);
  const remove = () => call("DELETE", `${brain}/checkpoints/${checkpoints[0]!.id}`);
  await assert.rejects(remove, { status: 409 });
  await call("POST", `${brain}/checkpoints`);
  await remove();
});
