// Pages of other sites in a browser on this machine: they change nothing, open no stream and rebind no name.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { WebSocket } from "ws";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 2, hiddenDim: 32, winners: 4, layers: 1, memorySize: 50, neighbors: 3, seed: 7 };
const BRAIN = { id: "pets", kind: "plastic", config: CONFIG };
const ALLOWED = {
  ENGRAM_ALLOWED_HOSTS: "engram.internal",
  ENGRAM_ALLOWED_ORIGINS: "https://dash.example.com",
};

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer(ALLOWED);
  api = contractClient(server.url);
  assert.equal((await api("post", "/v1/brains", { body: BRAIN })).status, 201);
});
after(() => server.close());

const setMode = (headers: Record<string, string>) =>
  api("put", "/v1/brains/{brain}/mode", { body: { mode: "panic" }, headers });

describe("a change", () => {
  for (const origin of ["https://evil.example", "http://localhost:1", "null", "http://127.0.0.1"]) {
    test(`from ${origin} is refused`, async () => {
      const { status, body } = await setMode({ origin });
      assert.deepEqual([status, body.type], [403, "/problems/cross-site"]);
      assert.match(body.detail, /ENGRAM_ALLOWED_ORIGINS/);
    });
  }

  test("from this server's own page, an allowed one, or no page at all is taken", async () => {
    for (const headers of [{ origin: server.url }, { origin: "https://dash.example.com" }, {}]) {
      assert.equal((await setMode(headers)).status, 200);
    }
  });

  test("from a page behind a proxy that passes on Host is taken", async () => {
    assert.equal((await setMode({ origin: "https://engram.internal", host: "engram.internal" })).status, 200);
    assert.equal((await setMode({ origin: "http://engram.internal", host: "ENGRAM.internal:80" })).status, 200);
  });
});

test("reading is the browser's business: it does not show the answer to another site's page", async () => {
  assert.equal((await api("get", "/v1/brains", { headers: { origin: "https://evil.example" } })).status, 200);
});

describe("on loopback, a call under the name", () => {
  for (const host of ["evil.example", "evil.example:8080", "localhost.evil.example", "not a host"]) {
    test(`${host} is refused`, async () => {
      const { status, body } = await api("get", "/v1/brains", { headers: { host } });
      assert.deepEqual([status, body.type], [403, "/problems/cross-site"]);
    });
  }
  for (const host of [
    "localhost",
    "LOCALHOST:80",
    "app.localhost",
    "127.0.0.1",
    "[::1]:8080",
    "10.0.0.7",
    "engram.internal:9",
  ]) {
    test(`${host} is taken`, async () => {
      assert.equal((await api("get", "/v1/brains", { headers: { host } })).status, 200);
    });
  }
});

test("a stream opens for this server's own pages alone", async () => {
  const url = `${server.url.replace("http", "ws")}/v1/stream`;
  const [, response] = await once(new WebSocket(url, { origin: "https://evil.example" }), "unexpected-response");
  assert.equal(response.statusCode, 403);
  response.resume();
  const own = new WebSocket(url, { origin: server.url });
  await once(own, "open");
  own.close();
});

test("with a key, it is the key that decides", async () => {
  const other = await startTestServer({ ENGRAM_API_KEY: "k" });
  const headers = { origin: "https://evil.example", host: "evil.example", authorization: "Bearer k" };
  const { status } = await contractClient(other.url)("get", "/v1/brains", { headers });
  await other.close();
  assert.equal(status, 200);
});
