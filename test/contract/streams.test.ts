// Streams over real WebSockets: messages as documented, refusals before the upgrade, and an end that says why.

import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { assertMatches, type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 2, hiddenDim: 32, winners: 4, layers: 1, memorySize: 50, neighbors: 3, seed: 7 };

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
  for (const id of ["a", "b"]) await api("post", "/v1/brains", { body: { id, kind: "plastic", config: CONFIG } });
});
after(() => server.close());

type Message = { readonly type: string; readonly brain: string; readonly seq: number };
type Listener = { readonly socket: WebSocket; readonly messages: Message[]; until(count: number): Promise<void> };

async function listen(path: string, base = server.url): Promise<Listener> {
  const socket = new WebSocket(base.replace("http", "ws") + path);
  const messages: Message[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  await once(socket, "open");
  const until = async (count: number) => {
    while (messages.length < count) await once(socket, "message");
  };
  return { socket, messages, until };
}

/** @returns status and body of a refused upgrade */
async function refusal(path: string, base = server.url): Promise<{ status: number; body: { type: string } }> {
  const socket = new WebSocket(base.replace("http", "ws") + path);
  const [, response] = await once(socket, "unexpected-response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) };
}

test("a brain's stream tells its changes in order, and only its own", async () => {
  const stream = await listen("/v1/brains/a/stream");
  const all = await listen("/v1/stream");
  const params = { brain: "a" };
  await api("put", "/v1/brains/{brain}/mode", { params: { brain: "b" }, body: { mode: "panic" } });
  await api("post", "/v1/brains/{brain}/learn", { params, body: { inputs: [[1, 0]], labels: ["x"] } });
  await api("put", "/v1/brains/{brain}/mode", { params, body: { mode: "panic" } });
  await api("post", "/v1/brains/{brain}/consolidate", { params });
  await api("delete", "/v1/brains/{brain}/memory", { params });
  const { body } = await api("post", "/v1/brains/{brain}/checkpoints", { params });
  await api("post", "/v1/brains/{brain}/checkpoints/{checkpoint}/restore", {
    params: { ...params, checkpoint: body.id },
  });
  await Promise.all([stream.until(10), all.until(12)]);
  const types = stream.messages.map(({ type }) => type);
  const changes = ["learned", "modeChanged", "consolidated", "forgot"];
  assert.deepEqual(
    types.slice(0, 8),
    changes.flatMap((type) => [type, "measured"]),
  );
  assert.ok(types.includes("checkpointed") && types.includes("restored"));
  assert.ok(stream.messages.every(({ brain }) => brain === "a"));
  assert.ok(all.messages.some(({ brain }) => brain === "b"));
  for (const message of all.messages) assertMatches(message, "message", "components", "schemas", "FeedMessage");
  stream.socket.close();
  all.socket.close();
});

test("what a client sends is ignored, unless it is large", async () => {
  const { socket } = await listen("/v1/stream");
  socket.send("hello");
  socket.send("x".repeat(2000));
  const [code] = await once(socket, "close");
  assert.equal(code, 1009);
});

test("the stream of a deleted brain ends with 1000", async () => {
  await api("post", "/v1/brains", { body: { id: "short", kind: "plastic", config: CONFIG } });
  const { socket, messages } = await listen("/v1/brains/short/stream");
  await api("delete", "/v1/brains/{brain}", { params: { brain: "short" } });
  const [code] = await once(socket, "close");
  assert.equal(code, 1000);
  assert.equal(messages.at(-1)?.type, "deleted");
});

test("an unknown brain, and an address without a stream, are refused before the upgrade", async () => {
  const unknown = await refusal("/v1/brains/nobody/stream");
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.type, "/problems/brain-not-found");
  const elsewhere = await refusal("/v1/brains");
  assert.equal(elsewhere.status, 404);
  assert.equal(elsewhere.body.type, "/problems/not-found");
  assert.equal((await refusal("/v1/%zz")).status, 400);
});

test("a query that a stream does not know is refused before the upgrade", async () => {
  const { status, body } = await refusal("/v1/stream?brain=a");
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
  const { socket } = await listen("/v1/stream", other.url);
  socket.send("x".repeat(2000));
  await once(socket, "close");
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
  assert.equal((await refusal("/v1/stream", other.url)).status, 401);
  const socket = new WebSocket(`${other.url.replace("http", "ws")}/v1/stream`, {
    headers: { authorization: "Bearer k" },
  });
  await once(socket, "open");
  const [[code]] = await Promise.all([once(socket, "close"), other.close()]);
  assert.equal(code, 1001);
});
