// What can be had back, and what happened: over HTTP.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 2, hiddenDim: 32, winners: 4, layers: 2, memorySize: 50, neighbors: 3, seed: 7 };
const BRAIN = "/v1/brains/{brain}";
const HISTORY = `${BRAIN}/history`;
const EVENTS = `${BRAIN}/events`;
const TEACH = {
  inputs: [
    [1, 0],
    [0, 1],
  ],
  labels: ["cat", "dog"],
};

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer({ ENGRAM_HISTORY_DAYS: "3", ENGRAM_KEEP_CHECKPOINTS: "4" });
  api = contractClient(server.url);
});
after(() => server.close());

let made = 0;
async function born() {
  const brain = `history-${made++}`;
  await api("post", "/v1/brains", { body: { id: brain, kind: "plastic", config: CONFIG } });
  return (method: Parameters<ContractClient>[0], template: string, options: CallOptions = {}) =>
    api(method, template, { ...options, params: { brain, ...options.params } });
}

test("a brain that has done nothing has its beginning and no log", async () => {
  const call = await born();
  const { body } = await call("get", HISTORY);
  assert.deepEqual([body.seq, body.step, body.mode], [0, 0, "plastic"]);
  const [{ fromAt, toAt, ...range }] = body.ranges;
  assert.deepEqual([body.ranges.length, range], [1, { from: 0, to: 0 }]);
  assert.ok(fromAt === toAt && Math.abs(Date.now() - Date.parse(fromAt)) < 60_000);
  assert.deepEqual(body.log, { from: null, to: null, events: 0, bytes: 0 });
  assert.deepEqual(body.checkpoints, { count: 0, bytes: 0 });
  assert.deepEqual(body.policy, { everyEvents: 1000, everySeconds: 300, keep: 4, historyDays: 3 });
  assert.deepEqual((await call("get", EVENTS)).body, { brain: body.brain, events: [], nextCursor: null });
});

test("the log tells of every kind of change what it was", async () => {
  const call = await born();
  await call("post", `${BRAIN}/learn`, { body: TEACH });
  const kept = await call("post", `${BRAIN}/checkpoints`);
  await call("put", `${BRAIN}/mode`, { body: { mode: "panic" } });
  await call("post", `${BRAIN}/consolidate`);
  await call("patch", BRAIN, { body: { config: { learningRate: 0.1 } } });
  await call("delete", `${BRAIN}/memory`, { query: "?label=cat" });
  await call("post", `${BRAIN}/layers`, { body: {} });
  await call("patch", `${BRAIN}/layers/{index}`, { params: { index: "0" }, body: { frozen: true } });
  await call("put", `${BRAIN}/layers/{index}`, { params: { index: "1" } });
  await call("post", `${BRAIN}/layers/{index}/neurogenesis`, { params: { index: "1" } });
  await call("delete", `${BRAIN}/layers/{index}`, { params: { index: "2" } });
  const body = { inputs: [[1, 1]], labels: ["cat"], mode: "plastic", memorize: false, neurogenesis: false };
  await call("post", `${BRAIN}/learn`, { body });
  await call("post", `${BRAIN}/restore`, { body: { seq: 1 } });

  const { events, nextCursor } = (await call("get", EVENTS)).body;
  assert.equal(nextCursor, null);
  assert.deepEqual(
    events.map(({ seq, type, summary }: { seq: number; type: string; summary: string }) => [seq, type, summary]),
    [
      [12, "restored", "went back to the state of seq 1"],
      [11, "learned", "learned 1 sample in mode plastic, without neurogenesis, not memorized"],
      [10, "layerRemoved", "layer 2 removed"],
      [9, "layerRenewed", "idle neurons of layer 1 born again"],
      [8, "layerReplaced", "layer 1 replaced by a fresh one"],
      [7, "layerTuned", "layer 0: set isFrozen"],
      [6, "layerAdded", "layer 2 added"],
      [5, "forgot", "forgot the samples of a class"],
      [4, "tuned", "tuned learningRate"],
      [3, "consolidated", "active neurons made mature"],
      [2, "modeChanged", "mode set to panic"],
      [1, "learned", "learned 2 samples in mode plastic, 2 new labels: cat, dog"],
    ],
  );
  assert.deepEqual(events.at(-1).details, {
    samples: 2,
    mode: "plastic",
    newLabels: ["cat", "dog"],
    newLabelCount: 2,
    memorize: true,
  });
  assert.deepEqual(events[0].details.from, 1);
  assert.ok(events.every(({ bytes }: { bytes: number }) => bytes > 0));

  const { body: history } = await call("get", HISTORY);
  const { ranges, log, checkpoints, seq } = history;
  assert.deepEqual(
    ranges.map(({ from, to }: { from: number; to: number }) => [from, to]),
    [[0, 12]],
  );
  assert.deepEqual([seq, log.from, log.to, log.events], [12, 1, 12, 12]);
  assert.equal(
    log.bytes,
    events.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0),
  );
  assert.equal(checkpoints.count, 2, kept.body.id);
  assert.ok(checkpoints.bytes > 0);
  assert.equal(ranges[0].toAt, events[0].time);
});

test("changes are found by page, by seq, by kind and by time", async () => {
  const call = await born();
  for (let i = 0; i < 5; i++) {
    await call("post", `${BRAIN}/learn`, { body: TEACH });
    await call("put", `${BRAIN}/mode`, { body: { mode: i % 2 === 0 ? "panic" : "plastic" } });
  }
  const seqs = async (query: string): Promise<number[]> => {
    const { events } = (await call("get", EVENTS, { query })).body;
    return events.map(({ seq }: { seq: number }) => seq);
  };
  assert.deepEqual(await seqs("?before=4"), [3, 2, 1]);
  assert.deepEqual(await seqs("?after=8"), [10, 9]);
  assert.deepEqual(await seqs("?after=3&before=7&type=learned"), [5]);
  assert.deepEqual(await seqs("?type=consolidated"), []);

  const pages: number[][] = [];
  let query = "?limit=2&type=modeChanged&before=10";
  for (
    let cursor: string | null = "";
    cursor !== null;
    query = `?limit=2&type=modeChanged&before=10&cursor=${cursor}`
  ) {
    const { body } = await call("get", EVENTS, { query });
    pages.push(body.events.map(({ seq }: { seq: number }) => seq));
    cursor = body.nextCursor;
  }
  assert.deepEqual(pages, [
    [8, 6],
    [4, 2],
  ]);

  const { events } = (await call("get", EVENTS)).body;
  const time = events[4].time;
  const at = events.filter((event: { time: string }) => event.time === time);
  const until = await seqs(`?until=${time}`);
  const since = await seqs(`?since=${time}`);
  assert.equal(until[0], at[0].seq);
  assert.equal(since.at(-1), at.at(-1).seq);
  assert.equal(until.length + since.length, 10 + at.length);
  assert.deepEqual(await seqs("?since=2200-01-01T00:00:00%2B02:00"), []);
});

test("long lists of new labels are cut short, and do not hide the event", async () => {
  const call = await born();
  const labels = Array.from({ length: 900 }, (_, i) => `a rather long name of a class, number ${i}`);
  await call("post", `${BRAIN}/learn`, { body: { inputs: labels.map((_, i) => [1, i]), labels } });
  const some = labels.slice(0, 30).map((label) => `${label} more`);
  await call("post", `${BRAIN}/learn`, { body: { inputs: some.map((_, i) => [1, i]), labels: some } });
  const { events } = (await call("get", EVENTS)).body;
  assert.deepEqual([events[0].details.newLabels.length, events[0].details.newLabelCount], [20, 30]);
  assert.match(events[0].summary, /30 new labels: .*, …$/);
  assert.deepEqual([events[1].type, events[1].details], ["learned", {}]);
});

test("what is asked wrongly is refused where it is wrong", async () => {
  const call = await born();
  for (const [query, pointer] of [
    ["?type=killed", "?type"],
    ["?before=-1", "?before"],
    ["?after=1.5", "?after"],
    ["?since=yesterday", "?since"],
    ["?until=2026-02-30T25:00:00Z", "?until"],
    ["?cursor=WyJ4Il0", "?cursor"],
    ["?limit=0", "?limit"],
    ["?from=1", "?from"],
  ] as const) {
    const { status, body } = await call("get", EVENTS, { query });
    assert.deepEqual([status, body.errors?.[0]?.pointer], [422, pointer], query);
  }
  assert.equal((await api("get", HISTORY, { params: { brain: "nobody" } })).status, 404);
  assert.equal((await api("get", EVENTS, { params: { brain: "nobody" } })).status, 404);
  const beyond = await call("post", `${BRAIN}/restore`, { body: { seq: 1 } });
  assert.deepEqual([beyond.status, beyond.body.errors[0].pointer], [422, "#/seq"]);
});

test("checkpoints are listed by reason, and their names are text that can be seen", async () => {
  const call = await born();
  const checkpoints = `${BRAIN}/checkpoints`;
  await call("post", `${BRAIN}/learn`, { body: TEACH });
  const asked = await call("post", checkpoints, { body: { name: "ünder way" } });
  await call("post", `${BRAIN}/restore`, { body: { seq: 1 } });
  const reasons = async (query: string) => {
    const { body } = await call("get", checkpoints, { query });
    return body.checkpoints.map(({ reason, seq }: { reason: string; seq: number }) => [reason, seq]);
  };
  assert.deepEqual(await reasons(""), [
    ["restored", 2],
    ["requested", 1],
  ]);
  assert.deepEqual(await reasons("?reason=requested"), [["requested", 1]]);
  assert.deepEqual(await reasons("?reason=automatic"), []);
  assert.equal((await call("get", checkpoints, { query: "?reason=other" })).status, 422);
  assert.equal(asked.body.name, "ünder way");
  for (const name of ["", "  ", "a\u0000b", "line\nbreak", "x".repeat(257)]) {
    const { status, body } = await call("post", checkpoints, { body: { name } });
    assert.deepEqual([status, body.errors[0].pointer], [422, "#/name"], JSON.stringify(name));
  }
});
