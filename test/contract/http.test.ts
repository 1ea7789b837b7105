// HTTP manners: methods, bodies left out, request ids, documentation, and what is not even HTTP.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import request from "supertest";
import { document } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

test("a wrong method is answered with 405 and the right ones", async () => {
  const { status, headers, body } = await request(server.url).put("/v1/brains");
  assert.equal(status, 405);
  assert.equal(headers.allow, "POST, GET, HEAD, OPTIONS");
  assert.equal(body.type, "/problems/method-not-allowed");
});

test("OPTIONS tells the methods, HEAD the headers of GET", async () => {
  const options = await request(server.url).options("/v1/brains/pets/mode");
  assert.deepEqual([options.status, options.headers.allow], [204, "PUT, OPTIONS"]);
  const head = await request(server.url).head("/v1/brains");
  assert.equal(head.status, 200);
  assert.match(String(head.headers["content-type"]), /^application\/json/);
});

test("an unknown address is a problem with a way out", async () => {
  const { status, body } = await request(server.url).get("/v1/brain?key=secret");
  assert.equal(status, 404);
  assert.deepEqual([body.type, body.instance], ["/problems/not-found", "/v1/brain"]);
});

test("a harmless request id comes back", async () => {
  const { headers } = await request(server.url).get("/livez").set("x-request-id", "trace-1");
  assert.equal(headers["x-request-id"], "trace-1");
});

test("the running server publishes the contract, and pages that show it", async () => {
  const { body } = await request(server.url).get("/openapi.json");
  assert.deepEqual(body, document);
  const docs = await request(server.url).get("/docs");
  assert.equal(docs.status, 200);
  assert.match(String(docs.headers["content-type"]), /^text\/html/);
});

/** @returns everything that the server answers to `text` before it closes the connection */
async function answerTo(text: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

test("what is not HTTP, and what is too long, are problems too", async () => {
  const garbage = await answerTo("GARBAGE\r\n\r\n");
  assert.match(garbage, /^HTTP\/1\.1 400 /);
  assert.match(garbage, /content-type: application\/problem\+json/);
  assert.match(garbage, /"type":"\/problems\/bad-request"/);
  const long = await answerTo(`GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`);
  assert.match(long, /^HTTP\/1\.1 431 [\s\S]*"type":"\/problems\/headers-too-large"/);
});

test("an aborted upload harms nobody", async () => {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.write("POST /v1/brains HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  assert.equal((await request(server.url).get("/livez")).status, 200);
});
