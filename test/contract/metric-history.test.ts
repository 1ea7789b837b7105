// A brain's numbers over time, over HTTP: what was just learned shows at once, a restart keeps it, and it goes with its brain.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { newDataDir } from "../support/data-folder.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const BRAIN = "/v1/brains/{brain}";
const METRICS = `${BRAIN}/metrics`;

let dataDir: string;
let server: TestServer;
let api: ContractClient;

async function start(): Promise<void> {
  server = await startTestServer({ ENGRAM_DATA_DIR: dataDir });
  api = contractClient(server.url);
}

before(async () => {
  dataDir = await newDataDir();
  await start();
});
after(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

let made = 0;
async function born(brain = `measured-${made++}`) {
  await api("post", "/v1/brains", { body: { id: brain, ...SMALL_BRAIN } });
  const call = (method: Parameters<ContractClient>[0], template: string, options: CallOptions = {}) =>
    api(method, template, { ...options, params: { brain, ...options.params } });
  const teach = (index: number) =>
    call("post", `${BRAIN}/learn`, { body: { inputs: [inputOf(index)], labels: [`class ${index % 3}`] } });
  return { brain, call, teach };
}

const counted = (column: readonly unknown[]) => column.filter((value) => value !== null).length;

test("a brain that has done nothing has points without numbers", async () => {
  const { brain, call } = await born();
  const { body } = await call("get", METRICS);
  assert.deepEqual([body.brain, body.seq, body.names, body.series, body.markers], [brain, 0, [], {}, []]);
  assert.deepEqual([body.stepSeconds, body.resolutionSeconds], [15, 1]);
  assert.ok(body.times.length > 200 && body.times.length <= 300);
  assert.equal(Date.parse(body.to) - Date.parse(body.from), 3_600_000);
  assert.equal(counted(body.seqs.last), 0);
});

test("what was just done shows at once", async () => {
  const { call, teach } = await born();
  for (let i = 0; i < 4; i++) await teach(i);
  await call("post", `${BRAIN}/predict`, { body: { inputs: [inputOf(9)] } });
  await call("put", `${BRAIN}/mode`, { body: { mode: "panic" } });
  const query = "?step=3600&names=learnMs,predictMs,waiting,samples,layers.*,nothing.*,unheard";
  const { body } = await call("get", METRICS, { query });
  const layers = [0, 1].flatMap((layer) => ["active", "dead", "mature"].map((what) => `layers.${layer}.${what}`));
  assert.deepEqual(body.names, ["learnMs", "predictMs", "waiting", "samples", "unheard", ...layers]);
  assert.equal(Math.max(...body.series.samples.max), 4);
  assert.deepEqual([body.seq, Math.max(...body.seqs.last), counted(body.series.unheard.max)], [5, 5, 0]);
  const { min, max, last, mean } = body.series.learnMs;
  const place = max.findIndex((value: number | null) => value !== null);
  assert.ok(0 < min[place] && min[place] <= mean[place] && mean[place] <= max[place]);
  assert.ok(min[place] <= last[place] && last[place] <= max[place]);
  assert.equal(Math.min(...body.series.waiting.min.filter((value: number | null) => value !== null)), 1);
  assert.deepEqual(
    body.markers.map(({ type, seq, details }: { type: string; seq: number; details: object }) => [type, seq, details]),
    [["modeChanged", 5, { mode: "panic" }]],
  );
});

test("as CSV there is a line for each point", async () => {
  const { brain, call, teach } = await born();
  for (let i = 0; i < 3; i++) await teach(i);
  const query = "?step=3600&names=learnMs,unheard&from=2026-03-01T00:00:00Z&to=2200-01-01T00:00:00Z";
  const tooMany = await call("get", METRICS, { query: `${query}&format=csv` });
  assert.equal(tooMany.status, 422);
  const { status, text, headers } = await call("get", METRICS, { query: "?step=3600&names=learnMs&format=csv" });
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/csv; charset=utf-8; header=present");
  const lines = text.split("\r\n");
  assert.equal(lines[0], "time,first_seq,last_seq,learnMs_min,learnMs_max,learnMs_last,learnMs_mean");
  assert.equal(lines.at(-1), "");
  const rows = lines.slice(1, -1).map((line: string) => line.split(","));
  assert.ok(rows.length === 2 || rows.length === 1);
  assert.ok(rows.every((row: string[]) => row.length === 7 && !Number.isNaN(Date.parse(row[0]!))));
  const measured = rows.filter((row: string[]) => row[4] !== "");
  assert.ok(measured.length >= 1 && measured.every((row: string[]) => Number(row[4]) >= Number(row[3])));
  assert.equal(measured.at(-1)![2], "3");

  const accepted = async (accept: string, more = "") => {
    const response = await fetch(`${server.url}/v1/brains/${brain}/metrics?step=3600${more}`, { headers: { accept } });
    await response.text();
    return [response.status, response.headers.get("content-type")?.split(";")[0]];
  };
  assert.deepEqual(await accepted("text/csv"), [200, "text/csv"]);
  assert.deepEqual(await accepted("text/csv", "&format=json"), [200, "application/json"]);
  assert.deepEqual(await accepted("*/*"), [200, "application/json"]);
  assert.deepEqual(await accepted("image/png"), [406, "application/problem+json"]);
});

test("what is asked wrongly is refused where it is wrong", async () => {
  const { call } = await born();
  for (const [query, pointer] of [
    ["?from=yesterday", "?from"],
    ["?to=2026-02-30T25:00:00Z", "?to"],
    ["?from=2026-03-01T10:00:00Z&to=2026-03-01T09:00:00Z", "?from"],
    ["?from=2200-01-01T00:00:00Z", "?from"],
    ["?step=0", "?step"],
    ["?step=1.5", "?step"],
    ["?step=1&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", "?step"],
    ["?names=", "?names"],
    ["?names=a,,b", "?names"],
    ["?names=*", "?names"],
    ["?by=seq", "?by"],
    ["?format=xml", "?format"],
    ["?until=2026-03-01T10:00:00Z", "?until"],
    [`?step=1&from=2026-03-01T00:00:00Z&to=2026-03-01T02:00:00Z&names=${names(100)}`, "?names"],
  ] as const) {
    const { status, body } = await call("get", METRICS, { query });
    assert.deepEqual([status, body.errors?.[0]?.pointer], [422, pointer], query);
  }
  assert.equal((await api("get", METRICS, { params: { brain: "nobody" } })).status, 404);
});

const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`).join();

test("a restart goes on where it was, and a deleted brain leaves nothing to the next of its name", async () => {
  const { brain, call, teach } = await born("again");
  for (let i = 0; i < 3; i++) await teach(i);
  await call("post", `${BRAIN}/consolidate`);
  const query = "?names=learnMs,waiting&step=86400";
  const sum = async () => {
    const { body } = await call("get", METRICS, { query });
    const consolidated = body.markers.filter(({ type }: { type: string }) => type === "consolidated");
    return [Math.max(...body.series.learnMs.max), Math.max(...body.seqs.last), consolidated.length];
  };
  const before = await sum();
  await server.close();
  await start();
  assert.deepEqual(await sum(), before);
  await teach(4);
  assert.equal((await sum())[1], 5);

  await call("delete", BRAIN);
  assert.equal((await call("get", METRICS)).status, 404);
  await born(brain);
  const { body } = await call("get", METRICS);
  assert.deepEqual([body.names, body.markers, counted(body.seqs.last)], [[], [], 0]);
});

test("a fork begins a history of its own", async () => {
  const { call, teach } = await born();
  await teach(1);
  await call("post", `${BRAIN}/fork`, { body: { id: "branch" } });
  const { body } = await api("get", METRICS, { params: { brain: "branch" } });
  assert.deepEqual([body.seq, body.names], [1, []]);
});
