// Who may open a stream of a server with a key: who has it, in the header or among the subprotocols, and no page of a foreign site.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTestServer, type TestServer } from "../support/server.ts";
import { refusedStream, StreamClient } from "../support/stream.ts";

const KEY = "k-7f/+~3!";
const CODE = Buffer.from(KEY).toString("base64url");
const OFFERED = `engram.bearer.${CODE}`;

let server: TestServer;
const lines: string[] = [];
before(async () => {
  const settings = {
    ENGRAM_API_KEY: KEY,
    ENGRAM_ALLOWED_ORIGINS: "https://dash.example.com",
    ENGRAM_LOG_LEVEL: "trace",
  };
  server = await startTestServer(settings, { write: (line: string) => void lines.push(line) });
});
after(() => server.close());

const url = () => `${server.url}/v1`;
const address = () => `${url()}/stream`;

test("the key comes in the header, or among the offered subprotocols, and is not chosen", async () => {
  const byHeader = await StreamClient.open(url(), { headers: { authorization: `Bearer ${KEY}` } });
  assert.equal(byHeader.socket.protocol, "");
  const byOffer = await StreamClient.open(url(), { protocols: [OFFERED, "engram.v1"] });
  assert.equal(byOffer.socket.protocol, "engram.v1");
  const asCloudEvents = await StreamClient.open(url(), { protocols: ["cloudevents.json", OFFERED] });
  assert.equal(asCloudEvents.socket.protocol, "cloudevents.json");
  for (const stream of [byHeader, byOffer, asCloudEvents]) await stream.close();
});

test("the key alone opens the stream, and no subprotocol is named", async () => {
  const headers = {
    ...{ connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
    ...{ "sec-websocket-key": Buffer.alloc(16).toString("base64"), "sec-websocket-protocol": OFFERED },
  };
  const call = request(address(), { headers });
  call.end();
  const [response, socket] = await once(call, "upgrade");
  socket.destroy();
  assert.equal(response.statusCode, 101);
  assert.equal(response.headers["sec-websocket-protocol"], undefined);
});

test("another key, none, or one that is no base64url is refused before the upgrade", async () => {
  const codeOf = (text: string) => Buffer.from(text).toString("base64url");
  for (const offer of [codeOf("other"), "", "~~~", `${CODE}x`, codeOf(`${KEY}x`)]) {
    const protocols = [`engram.bearer.${offer}`, "engram.v1"];
    const { status, body } = await refusedStream(address(), { protocols });
    assert.deepEqual([status, body.type], [401, "/problems/unauthorized"]);
  }
  assert.equal((await refusedStream(address(), { protocols: ["engram.v1"] })).status, 401);
  const headers = { authorization: "Bearer other" };
  assert.equal((await refusedStream(address(), { headers, protocols: [OFFERED] })).status, 401, "the header counts");
});

test("the key among the subprotocols is for streams alone", async () => {
  const { status } = await fetch(`${url()}/brains`, { headers: { "sec-websocket-protocol": OFFERED } });
  assert.equal(status, 401);
});

test("pages of other sites open no stream, though they have the key; allowed ones and this server's own do", async () => {
  const headers = { authorization: `Bearer ${KEY}` };
  const { status, body } = await refusedStream(address(), { headers, origin: "https://evil.example" });
  assert.deepEqual([status, body.type], [403, "/problems/cross-site"]);
  assert.match(body.detail, /open no stream.*ENGRAM_ALLOWED_ORIGINS/);
  assert.equal((await refusedStream(address(), { origin: "https://evil.example" })).status, 401, "the key comes first");
  for (const origin of ["https://dash.example.com", server.url]) {
    const stream = await StreamClient.open(url(), { protocols: [OFFERED, "engram.v1"], origin });
    await stream.close();
  }
});

test("neither the log nor an answer holds the key, in whatever form", async () => {
  const answers: string[] = [];
  for (const protocols of [[`${OFFERED}x`], [`engram.bearer.${CODE}`, "engram.v1", "bad protocol"]]) {
    const headers = {
      ...{ connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
      ...{ "sec-websocket-key": Buffer.alloc(16).toString("base64"), "sec-websocket-protocol": protocols.join(",") },
    };
    const call = request(address(), { headers, agent: false });
    call.end();
    const [response] = await once(call, "response");
    for await (const chunk of response) answers.push(String(chunk));
  }
  await sleep(50); // the lines of the last requests
  assert.ok(
    lines.some((line) => line.includes('"path":"/v1/stream"')),
    "requests are logged",
  );
  for (const text of [...lines, ...answers]) assert.ok(!text.includes(KEY) && !text.includes(CODE), text);
});
