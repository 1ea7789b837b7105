// Streams over real WebSockets: messages as documented, subscriptions, breaks that lose nothing, refusals before the upgrade, and an end that
// says why.

import assert from "node:assert/strict";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { get } from "node:http";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { assertMatches, type ContractClient, contractClient } from "../support/contract.ts";
import { newDataDir } from "../support/data-folder.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { refusedStream, StreamClient, type Told } from "../support/stream.ts";

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
  for (const id of ["a", "b"]) await newBrain(id);
});
after(() => server.close());

const newBrain = async (id: string) =>
  assert.equal((await api("post", "/v1/brains", { body: { id, ...SMALL_BRAIN } })).status, 201);

const setMode = (brain: string, mode = "panic") =>
  api("put", "/v1/brains/{brain}/mode", { params: { brain }, body: { mode } });

const learn = (brain: string, index = 0) =>
  api("post", "/v1/brains/{brain}/learn", { params: { brain }, body: { inputs: [inputOf(index)], labels: ["x"] } });

const all = (base = server.url) => `${base}/v1`;
const one = (brain: string, base = server.url) => `${base}/v1/brains/${brain}`;

const asDocumented = (messages: readonly Told[]) => {
  for (const message of messages) assertMatches(message, message.type, "components", "schemas", "StreamMessage");
};

test("a brain's stream tells its changes in order, and only its own", async () => {
  const stream = await StreamClient.open(one("a"), { subscribe: {} });
  const everything = await StreamClient.open(all(), { subscribe: {} });
  const params = { brain: "a" };
  await setMode("b");
  await learn("a");
  await setMode("a");
  await api("post", "/v1/brains/{brain}/consolidate", { params });
  await api("delete", "/v1/brains/{brain}/memory", { params });
  const { body } = await api("post", "/v1/brains/{brain}/checkpoints", { params });
  await api("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", {
    params: { ...params, checkpoint: body.id },
  });
  await Promise.all([stream.until(6), everything.until(7)]);
  const types = stream.feed.map(({ type }) => type);
  assert.deepEqual(types.slice(0, 4), ["learned", "modeChanged", "consolidated", "forgot"]);
  assert.ok(types.includes("checkpointed") && types.includes("restored"));
  assert.ok(stream.feed.every(({ brain }) => brain === "a"));
  assert.ok(everything.feed.some(({ brain }) => brain === "b"));
  asDocumented([...stream.all, ...everything.all]);
  await Promise.all([stream.close(), everything.close()]);
});

test("a client that says nothing hears what happened from its opening on", async () => {
  const stream = await StreamClient.open(one("a"));
  await setMode("a", "plastic");
  await stream.until(1);
  await setMode("a");
  await stream.until(2);
  assert.deepEqual(
    stream.all.map(({ type }) => type),
    ["hello", "subscribed", "modeChanged", "modeChanged"],
  );
  asDocumented(stream.all);
  await stream.close();
});

test("measures come with the change that they follow from, to those who want them", async () => {
  const both = await StreamClient.open(one("a"), { subscribe: { topics: ["measures", "events"] } });
  const measures = await StreamClient.open(one("a"), { subscribe: { topics: ["measures"] } });
  await learn("a");
  await Promise.all([both.until(2), measures.until(1)]);
  const [learned, measured] = both.feed as readonly (Told & { readonly numbers?: { readonly samples?: number } })[];
  assert.deepEqual([learned?.type, measured?.type, measured?.seq], ["learned", "measured", learned?.seq]);
  assert.ok((measured?.numbers?.samples ?? 0) >= 1);
  assert.deepEqual(measures.feed, [measured]);
  asDocumented([...both.all, ...measures.all]);
  await Promise.all([both.close(), measures.close()]);
});

test("a later subscription takes the place of the one before", async () => {
  const stream = await StreamClient.open(all(), { subscribe: { brains: ["a"] } });
  const inForce = await stream.subscribe({ brains: ["b", "not-yet"], maxPerSecond: 500 });
  assert.deepEqual([inForce.brains, inForce.topics, inForce.maxPerSecond], [["b", "not-yet"], ["events"], 500]);
  await setMode("a");
  await newBrain("not-yet");
  await setMode("b");
  await stream.until(2);
  assert.deepEqual(
    stream.feed.map(({ brain, type }) => [brain, type]),
    [
      ["not-yet", "created"],
      ["b", "modeChanged"],
    ],
  );
  await stream.close();
});

test("a client that comes back while its brain learns has missed nothing, and hears nothing twice", async () => {
  await newBrain("busy");
  const first = await StreamClient.open(one("busy"), { subscribe: {} });
  let isOver = false;
  let lessons = 0;
  const teaching = (async () => {
    while (!isOver) await learn("busy", lessons++);
  })();
  await first.until(10);
  first.socket.terminate(); // in the middle of it
  await first.closed;
  const heard = lessons;
  while (lessons < heard + 10) await new Promise(setImmediate);
  const second = await StreamClient.open(one("busy"));
  const { lost } = await second.subscribe({ since: first.position });
  assert.equal(lost, null);
  await second.until(25);
  isOver = true;
  await teaching;
  const { seq } = (await api("get", "/v1/brains/{brain}", { params: { brain: "busy" } })).body;
  await second.until(() => second.feed.some((message) => message.type === "learned" && message.seq === seq));
  const seqs = [...first.feed, ...second.feed].filter(({ type }) => type === "learned").map((message) => message.seq);
  assert.deepEqual(
    seqs,
    Array.from({ length: lessons }, (_, index) => index + 1),
  );
  await second.close();
});

test("after a restart of the server a client hears what it lost", async () => {
  const ENGRAM_DATA_DIR = await newDataDir();
  const before = await startTestServer({ ENGRAM_DATA_DIR });
  const first = await StreamClient.open(all(before.url), { subscribe: {} });
  await contractClient(before.url)("post", "/v1/brains", { body: { id: "pets", ...SMALL_BRAIN } });
  await first.until(1);
  const [, code] = await Promise.all([before.close(), first.closed]);
  assert.equal(code, 1001);

  const again = await startTestServer({ ENGRAM_DATA_DIR });
  const params = { brain: "pets" };
  await contractClient(again.url)("put", "/v1/brains/{brain}/mode", { params, body: { mode: "panic" } });
  const second = await StreamClient.open(all(again.url));
  const { lost } = await second.subscribe({ since: first.position });
  assert.deepEqual(lost, {
    ...{ reason: "server-restarted", from: 2, to: null },
    events: "/v1/brains/{brain}/events?after={seq}",
    metrics: "/v1/brains/{brain}/metrics?from={time}",
  });
  await second.until(1);
  assert.equal(second.feed[0]?.type, "modeChanged", "what the new server knows is told all the same");
  asDocumented(second.all);
  await second.close();
  await again.close();
  await rm(ENGRAM_DATA_DIR, { recursive: true, force: true });
});

test("what is not understood is a problem that points at the place, and changes nothing", async () => {
  const stream = await StreamClient.open(one("a"), { subscribe: { maxPerSecond: 900 } });
  const problemOf = async (said: unknown) => {
    const before = stream.all.length;
    stream.say(said);
    await stream.until(() => stream.all.length > before);
    const { type, problem } = stream.all.at(-1) as Told & {
      readonly problem: { readonly type: string; readonly detail: string; readonly errors?: { pointer: string }[] };
    };
    assert.equal(type, "problem");
    return [problem.type, problem.errors?.[0]?.pointer];
  };
  const { streamSeq } = stream.position;
  const validation = "/problems/validation";
  const subscribe = { type: "subscribe" };
  for (const [said, pointer] of [
    [{ type: "unsubscribe" }, "#/type"],
    [{ ...subscribe, brain: "a" }, "#/brain"],
    [{ ...subscribe, brains: ["b"] }, "#/brains/0"],
    [{ ...subscribe, brains: [] }, "#/brains"],
    [{ ...subscribe, brains: ["A!"] }, "#/brains/0"],
    [{ ...subscribe, topics: ["all"] }, "#/topics/0"],
    [{ ...subscribe, maxPerSecond: 0 }, "#/maxPerSecond"],
    [{ ...subscribe, since: { streamSeq: 1 } }, "#/since/epoch"],
    [{ ...subscribe, since: { epoch: stream.epoch, streamSeq: streamSeq + 1000 } }, "#/since/streamSeq"],
    [[subscribe], "#"],
    [{ specversion: "1.0" }, "#/data"],
    [{ specversion: "1.0", data: { ...subscribe, maxPerSecond: "9" } }, "#/data/maxPerSecond"],
  ] as const) {
    assert.deepEqual(await problemOf(said), [validation, pointer], JSON.stringify(said));
  }
  assert.deepEqual(await problemOf("{"), ["/problems/not-json", undefined]);
  assert.deepEqual(await problemOf(Buffer.from("{}")), ["/problems/not-json", undefined]);
  await setMode("a");
  await stream.until(1);
  asDocumented(stream.all);
  await stream.close();
});

test("a client that says too much at once, or too often, is let go", async () => {
  const large = await StreamClient.open(all());
  large.say("x".repeat(70_000));
  assert.equal(await large.closed, 1009);
  const chatty = await StreamClient.open(all());
  for (let count = 0; count < 100; count++) chatty.say("{}");
  assert.equal(await chatty.closed, 1008);
});

test("a subscription to a thousand brains is not too large", async () => {
  const brains = Array.from({ length: 1000 }, (_, index) => `brain-${index}`.padEnd(60, "x"));
  const stream = await StreamClient.open(all());
  assert.deepEqual((await stream.subscribe({ brains })).brains, brains);
  await stream.close();
});

test("the stream of a deleted brain ends with 1000, whether it has subscribed or not", async () => {
  await newBrain("short");
  const subscribed = await StreamClient.open(one("short"), { subscribe: {} });
  const silent = await StreamClient.open(one("short"));
  await api("delete", "/v1/brains/{brain}", { params: { brain: "short" } });
  assert.deepEqual(await Promise.all([subscribed.closed, silent.closed]), [1000, 1000]);
  for (const { all } of [subscribed, silent]) assert.equal(all.at(-1)?.type, "deleted");
});

test("a stream that comes back to a brain of the same name goes on, though the one of before was deleted", async () => {
  await newBrain("twice");
  const first = await StreamClient.open(one("twice"), { subscribe: {} });
  await api("delete", "/v1/brains/{brain}", { params: { brain: "twice" } });
  await first.closed;
  await newBrain("twice");
  const second = await StreamClient.open(one("twice"), { subscribe: { since: { ...first.position, streamSeq: 0 } } });
  await setMode("twice");
  await second.until(() => second.all.at(-1)?.type === "modeChanged");
  assert.deepEqual(
    second.feed.map(({ type }) => type),
    ["created", "deleted", "created", "modeChanged"],
  );
  await second.close();
});

test("an unknown brain, and an address without a stream, are refused before the upgrade", async () => {
  const unknown = await refusedStream(`${one("nobody")}/stream`);
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.type, "/problems/brain-not-found");
  const elsewhere = await refusedStream(`${server.url}/v1/brains`);
  assert.equal(elsewhere.status, 404);
  assert.equal(elsewhere.body.type, "/problems/not-found");
  assert.equal((await refusedStream(`${server.url}/v1/%zz`)).status, 400);
});

test("a query that a stream does not know is refused before the upgrade", async () => {
  const { status, body } = await refusedStream(`${server.url}/v1/stream?brain=a`);
  assert.deepEqual([status, body.type], [422, "/problems/validation"]);
});

test("a handshake that is none is a problem", async () => {
  const answer = await fetchRaw("/v1/stream", { "sec-websocket-version": "12", "sec-websocket-key": "a" });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers["sec-websocket-version"], "13");
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.match(answer.text, /"type":"\/problems\/bad-request"/);
});

test("a stream that its client breaks is no error of the server's", async () => {
  const lines: string[] = [];
  const other = await startTestServer({ ENGRAM_LOG_LEVEL: "info" }, { write: (line: string) => void lines.push(line) });
  const stream = await StreamClient.open(all(other.url));
  stream.say("x".repeat(70_000));
  await stream.closed;
  await other.close();
  assert.ok(lines.every((line) => JSON.parse(line).level <= 30));
});

/** @returns a refused upgrade with handshake headers of one's own */
async function fetchRaw(path: string, headers: Record<string, string>) {
  const call = get(server.url + path, { headers: { connection: "upgrade", upgrade: "websocket", ...headers } });
  const [response] = await once(call, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

test("a server that stops closes its streams with 1001, refused upgrades or not", { timeout: 30_000 }, async () => {
  const other = await startTestServer({ ENGRAM_API_KEY: "k" });
  assert.equal((await refusedStream(`${all(other.url)}/stream`)).status, 401);
  const stream = await StreamClient.open(all(other.url), { headers: { authorization: "Bearer k" } });
  const [code] = await Promise.all([stream.closed, other.close()]);
  assert.equal(code, 1001);
});

type Enveloped = Told & { readonly data?: Told; readonly id?: string };

test("messages as CloudEvents hold what the others hold, in an envelope", async () => {
  const protocols = ["unknown", "cloudevents.json", "engram.v1"];
  const stream = await StreamClient.open(one("a"), { protocols });
  assert.equal(stream.socket.protocol, "cloudevents.json");
  const plain = await StreamClient.open(one("a"), { protocols: ["engram.v1"], subscribe: {} });
  assert.equal(plain.socket.protocol, "engram.v1");
  const envelope = { specversion: "1.0", id: "1", source: "/me", type: "io.engram.stream.subscribe" };
  stream.say({ ...envelope, data: { type: "subscribe", topics: ["events"] } });
  await stream.until(() => stream.all.length > 1);
  await setMode("a");
  await stream.until(() => stream.all.length > 2);
  await plain.until(1);
  const [hello, subscribed, changed] = stream.all as readonly Enveloped[];
  assert.deepEqual([hello?.type, subscribed?.type], ["io.engram.stream.hello", "io.engram.stream.subscribed"]);
  const told = plain.feed[0];
  assert.deepEqual(changed, {
    specversion: "1.0",
    id: `${hello?.data?.epoch}/${told?.streamSeq}`,
    source: "/v1/brains/a",
    type: "io.engram.brain.modeChanged",
    time: told?.time,
    sequence: String(told?.streamSeq).padStart(16, "0"),
    datacontenttype: "application/json",
    data: told,
  });
  assert.equal(new Set(stream.all.map(({ id }) => id)).size, 3);
  await Promise.all([stream.close(), plain.close()]);
});

test("a subprotocol that nobody knows is not chosen", async () => {
  const socket = new WebSocket(`${all().replace("http", "ws")}/stream`, ["soap"]);
  const [error] = await once(socket, "error");
  assert.match(error.message, /sent no subprotocol/);
});
