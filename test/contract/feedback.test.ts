// Tracked predictions and their late labels over HTTP, held against the contract.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import { call, digestOf, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { newSite } from "../support/databases.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const PATH = "/v1/brains/{brain}/feedback";
const NOBODY = "00000000-0000-4000-8000-000000000000";

type Item = { id: string; label: string };

/** Calls about one brain. */
function about(api: ContractClient, brain: string) {
  const params = { brain };
  const post = (operation: string, body: unknown) => api("post", `/v1/brains/{brain}/${operation}`, { params, body });
  return {
    create: () => api("post", "/v1/brains", { body: { id: brain, ...SMALL_BRAIN } }),
    learn: (inputs: number[][], labels: string[]) => post("learn", { inputs, labels }),
    predict: (inputs: number[][], fields: object = {}) => post("predict", { inputs, ...fields }),
    /** @returns the ids of tracked predictions */
    track: async (inputs: number[][]): Promise<string[]> =>
      (await post("predict", { inputs, track: true })).body.predictions.map(({ id }: { id: string }) => id),
    feedback: (items: readonly Item[], fields: object = {}) => post("feedback", { items, ...fields }),
    summary: async () => (await api("get", PATH, { params })).body,
    read: async () => (await api("get", "/v1/brains/{brain}", { params })).body,
    setMode: (mode: string) => api("put", "/v1/brains/{brain}/mode", { params, body: { mode } }),
    checkpoint: async () => (await api("post", "/v1/brains/{brain}/checkpoints", { params })).body.id,
    restore: (checkpoint: string) =>
      api("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", { params: { brain, checkpoint } }),
    remove: () => api("delete", "/v1/brains/{brain}", { params }),
  };
}

describe("feedback", () => {
  let server: TestServer;
  let api: ContractClient;
  let made = 0;
  before(async () => {
    server = await startTestServer({ ENGRAM_MAX_CALL_ROWS: "16", ENGRAM_TRACKING_MAX_PENDING: "20" });
    api = contractClient(server.url);
  });
  after(() => server.close());

  /** A brain of its own for each test, that knows `a` and `b`. */
  async function newBrain() {
    const id = `late-${made++}`;
    const brain = about(api, id);
    await brain.create();
    await brain.learn([inputOf(1), inputOf(2)], ["a", "b"]);
    return { ...brain, url: `${server.url}/v1/brains/${id}` };
  }
  const statuses = (body: { results: { status: string }[] }) => body.results.map(({ status }) => status);

  test("tracking is no change of the brain, and only tracked predictions have ids", async () => {
    const brain = await newBrain();
    // Waits for the readout, which would else be solved between the two answers.
    await call("POST", `${brain.url}/evaluate`, { inputs: [inputOf(1)], labels: ["a"] });
    const before = await digestOf(brain.url);
    const plain = await brain.predict([inputOf(1)]);
    const tracked = await brain.predict([inputOf(1), inputOf(1)], { track: true });
    assert.equal(await digestOf(brain.url), before);
    assert.equal(tracked.body.seq, plain.body.seq);
    const [first, second] = tracked.body.predictions;
    assert.notEqual(first.id, second.id);
    const { id: _, ...rest } = first;
    assert.deepEqual(rest, plain.body.predictions[0]);
  });

  test("labels in any order are held against the predictions made then and learned in one step", async () => {
    const brain = await newBrain();
    const [first = "", second = "", third = ""] = await brain.track([inputOf(1), inputOf(2), inputOf(3)]);
    await brain.learn([inputOf(1)], ["something else since"]);
    const { body } = await brain.feedback([
      { id: third, label: "new" },
      { id: first, label: "a" },
      { id: second, label: "a" },
    ]);
    const [newcomer, right, wrong] = body.results;
    assert.deepEqual([newcomer.status, newcomer.correct], ["learned", false]);
    assert.deepEqual(right, { id: first, status: "learned", predicted: "a", correct: true });
    assert.deepEqual(wrong, { id: second, status: "learned", predicted: "b", correct: false });
    assert.deepEqual(body.counts, { learned: 3, duplicate: 0, unknown: 0, expired: 0 });
    assert.equal(body.accuracy, 1 / 3);
    assert.deepEqual([body.seq, body.step], [3, 3]);
    assert.equal(body.learn.samples, 3);
    assert.deepEqual(body.learn.newLabels, ["new"]);
    assert.equal(body.learn.memory.stored, 6);
    const { pending, settled, accuracy, oldestPendingAt } = await brain.summary();
    assert.deepEqual([pending, settled, accuracy, oldestPendingAt], [0, 3, 1 / 3, null]);
  });

  test("what feedback teaches is what a learn call with the same inputs teaches, bit for bit", async () => {
    const [brain, twin] = [await newBrain(), await newBrain()];
    const inputs = [inputOf(4.25), inputOf(5.5)];
    const ids = await brain.track(inputs);
    await brain.feedback(
      ids.map((id, index) => ({ id, label: `late-${index}` })),
      { mode: "panic" },
    );
    const body = { inputs, labels: ["late-0", "late-1"], mode: "panic" };
    await api("post", "/v1/brains/{brain}/learn", { params: { brain: twin.url.split("/").at(-1) ?? "" }, body });
    assert.equal(await digestOf(brain.url), await digestOf(twin.url));
  });

  test("a label counts once: later ones, and twice in one call, are duplicates and teach nothing", async () => {
    const brain = await newBrain();
    const [id = "", other = ""] = await brain.track([inputOf(1), inputOf(2)]);
    const once = await brain.feedback([
      { id, label: "b" },
      { id: id.toUpperCase(), label: "a" },
    ]);
    assert.deepEqual(statuses(once.body), ["learned", "duplicate"]);
    assert.deepEqual(once.body.results[1], {
      id: id.toUpperCase(),
      status: "duplicate",
      predicted: "a",
      correct: false,
    });
    assert.equal(once.body.learn.samples, 1);
    const before = await digestOf(brain.url);
    const again = await brain.feedback([{ id, label: "a" }]);
    assert.deepEqual(again.body.results, [{ id, status: "duplicate", predicted: "a", correct: false }]);
    assert.deepEqual([again.body.accuracy, again.body.learn, again.body.seq], [null, null, once.body.seq]);
    assert.equal(await digestOf(brain.url), before);
    const mixed = await brain.feedback([
      { id: "not an id", label: "a" },
      { id: NOBODY, label: "a" },
      { id, label: "a" },
      { id: other, label: "b" },
    ]);
    assert.deepEqual(statuses(mixed.body), ["unknown", "unknown", "duplicate", "learned"]);
    assert.deepEqual([mixed.body.accuracy, mixed.body.learn.samples], [1, 1]);
  });

  test("another brain's prediction is unknown, and stays to be learned by its own", async () => {
    const [brain, other] = [await newBrain(), await newBrain()];
    const [id = ""] = await brain.track([inputOf(1)]);
    assert.deepEqual(statuses((await other.feedback([{ id, label: "a" }])).body), ["unknown"]);
    assert.deepEqual(statuses((await brain.feedback([{ id, label: "a" }])).body), ["learned"]);
  });

  test("calls at once with the same ids teach each of them once", async () => {
    const brain = await newBrain();
    const ids = await brain.track(Array.from({ length: 12 }, (_, index) => inputOf(index)));
    const calls = Array.from({ length: 8 }, (_, call) =>
      ids.slice(call % 4, 8 + (call % 4)).map((id) => ({ id, label: `by-${call}` })),
    );
    const answers = await Promise.all(calls.map((items) => brain.feedback(items)));
    const learned = answers.flatMap(({ body }) =>
      body.results.filter(({ status }: { status: string }) => status === "learned"),
    );
    assert.deepEqual(learned.map(({ id }: Item) => id).sort(), [...new Set(calls.flat().map(({ id }) => id))].sort());
    const { pending, settled } = await brain.summary();
    assert.deepEqual([pending, settled], [1, 11]);
    const last = Math.max(...answers.map(({ body }) => body.seq));
    assert.equal((await brain.read()).seq, last);
  });

  test("in mode inference it is refused before anything: 409, and the labels may come again later", async () => {
    const brain = await newBrain();
    const [id = ""] = await brain.track([inputOf(1)]);
    await brain.setMode("inference");
    const [again = ""] = await brain.track([inputOf(2)]);
    const before = await digestOf(brain.url);
    for (const items of [[{ id, label: "a" }], [{ id: NOBODY, label: "a" }]]) {
      const { status, body } = await brain.feedback(items);
      assert.deepEqual([status, body.type], [409, "/problems/brain-frozen"]);
    }
    assert.equal(await digestOf(brain.url), before);
    await brain.setMode("plastic");
    const { body } = await brain.feedback([
      { id, label: "a" },
      { id: again, label: "b" },
    ]);
    assert.deepEqual(statuses(body), ["learned", "learned"]);
  });

  test("a restore leaves predictions that wait as they are: they carry their input", async () => {
    const brain = await newBrain();
    const checkpoint = await brain.checkpoint();
    await brain.learn([inputOf(7)], ["later"]);
    const [id = "", settled = ""] = await brain.track([inputOf(7), inputOf(1)]);
    await brain.feedback([{ id: settled, label: "a" }]);
    await brain.restore(checkpoint);
    const { body } = await brain.feedback([
      { id, label: "later" },
      { id: settled, label: "a" },
    ]);
    assert.deepEqual(statuses(body), ["learned", "duplicate"]);
    assert.deepEqual(body.results[0], { id, status: "learned", predicted: "later", correct: true });
    assert.deepEqual(body.learn.newLabels, ["later"]);
  });

  test("predictions that wait are bounded: 429 names the way out, and room that is freed can be used", async () => {
    const brain = await newBrain();
    const sixteen = Array.from({ length: 16 }, (_, index) => inputOf(index));
    const ids = await brain.track(sixteen);
    const { status, body, headers } = await brain.predict(sixteen, { track: true });
    assert.deepEqual([status, body.type], [429, "/problems/tracking-full"]);
    assert.match(body.detail, /20 predictions/);
    assert.ok(Number(headers["retry-after"]) >= 1);
    assert.equal((await brain.predict(sixteen)).status, 200);
    assert.equal((await brain.track(sixteen.slice(0, 4))).length, 4);
    await brain.feedback(ids.map((id) => ({ id, label: "a" })));
    assert.equal((await brain.track(sixteen)).length, 16);
    assert.equal((await brain.summary()).pending, 20);
  });

  test("a brain without tracked predictions has figures too, one that does not exist has none", async () => {
    const brain = await newBrain();
    const { brain: id, seq, step, mode, ...figures } = await brain.summary();
    assert.deepEqual([seq, step, mode], [1, 1, "plastic"]);
    const none = { pending: 0, settled: 0, expired: 0, oldestPendingAt: null, ttlHours: 168, accuracy: null };
    assert.deepEqual(figures, none);
    await brain.track([inputOf(1)]);
    await brain.remove();
    const params = { brain: id };
    assert.equal((await api("get", PATH, { params })).status, 404);
    assert.equal((await brain.feedback([{ id: NOBODY, label: "a" }])).status, 404);
    await brain.create();
    assert.equal((await brain.summary()).pending, 0);
  });

  const item = { id: NOBODY, label: "a" };
  const BAD: readonly (readonly [string, unknown, string])[] = [
    ["no items", {}, "#/items"],
    ["an empty list", { items: [] }, "#/items"],
    ["too many items", { items: Array(17).fill(item) }, "#/items"],
    ["a blank label", { items: [item, { id: NOBODY, label: " " }] }, "#/items/1/label"],
    ["a label that is missing", { items: [{ id: NOBODY }] }, "#/items/0/label"],
    ["an id that is missing", { items: [{ label: "a" }] }, "#/items/0/id"],
    ["an id that is a number", { items: [{ id: 1, label: "a" }] }, "#/items/0/id"],
    ["an unknown property", { items: [{ ...item, note: "" }] }, "#/items/0/note"],
    ["a mode that learns nothing", { items: [item], mode: "inference" }, "#/mode"],
  ];
  for (const [name, body, pointer] of BAD) {
    test(`${name}: 422 at ${pointer}`, async () => {
      await about(api, "pets").create();
      const response = await api("post", PATH, { body });
      assert.equal(response.status, 422);
      assert.equal(response.body.errors[0].pointer, pointer);
    });
  }

  test("an id of nonsense is unknown, whatever it holds", async () => {
    const brain = await newBrain();
    const { body } = await brain.feedback(
      ["", "\u0000", "' OR 1=1", "ä".repeat(200)].map((id) => ({ id, label: "a" })),
    );
    assert.deepEqual(statuses(body), Array(4).fill("unknown"));
  });
});

test("a label that comes too late teaches nothing and says so", async () => {
  const { options, dispose } = await newSite("postgres");
  const server = await startTestServer({ DATABASE_URL: options.url ?? "", ENGRAM_TRACKING_TTL_HOURS: "5" });
  const database = new pg.Client({ connectionString: options.url });
  await database.connect();
  try {
    const brain = about(contractClient(server.url), "slow");
    await brain.create();
    const [late = "", early = ""] = await brain.track([inputOf(1), inputOf(2)]);
    const { rows } = await database.query("SELECT expires_at - created_at AS ttl FROM tracked_prediction LIMIT 1");
    assert.equal(rows[0].ttl.hours, 5);
    await database.query("UPDATE tracked_prediction SET expires_at = now() WHERE id = $1", [late]);
    const { pending, expired, ttlHours } = await brain.summary();
    assert.deepEqual([pending, expired, ttlHours], [1, 1, 5]);
    const { body } = await brain.feedback([
      { id: late, label: "a" },
      { id: late, label: "a" },
      { id: early, label: "a" },
    ]);
    assert.deepEqual(body.counts, { learned: 1, duplicate: 0, unknown: 0, expired: 2 });
    assert.equal(body.learn.samples, 1);
  } finally {
    await database.end();
    await server.close();
    await dispose();
  }
});
