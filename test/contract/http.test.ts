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
  assert.match(docs.text, /<title>Engram API<\/title>/);
  // Over plain HTTP the page's own files have no HTTPS address to go to.
  assert.doesNotMatch(String(docs.headers["content-security-policy"]), /upgrade-insecure-requests/);
});

/** @returns everything that the server answers to `text` before it closes the connection */
async function answerTo(text: string | Buffer): Promise<string> {
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

test("no problem that comes before the address is known names one", async () => {
  assert.doesNotMatch(await answerTo("GARBAGE\r\n\r\n"), /"instance"/);
});

const request11 = (line: string, headers: readonly string[], body = ""): Buffer =>
  Buffer.from([`${line} HTTP/1.1`, "host: localhost", "connection: close", ...headers, "", body].join("\r\n"));

test("an upgrade that is not known is ignored", async () => {
  const upgrade = ["connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABk"];
  assert.match(await answerTo(request11("GET /livez", upgrade)), /^HTTP\/1\.1 200 [\s\S]*"status":"ok"/);
  const body = JSON.stringify({ id: "h2c", kind: "plastic", config: { inputDim: 2, hiddenDim: 16, winners: 2 } });
  const headers = [...upgrade, "content-type: application/json", `content-length: ${body.length}`];
  assert.match(await answerTo(request11("POST /v1/brains", headers, body)), /^HTTP\/1\.1 201 /);
  assert.match(await answerTo(request11("GET /v1/brains/h2c", upgrade)), /^HTTP\/1\.1 200 /);
});

test("a connection serves on after an upgrade that was ignored, the body in pieces or not", async () => {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  let answers = "";
  socket.on("data", (chunk) => {
    answers += chunk;
  });
  const head = "POST /v1/brains HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n";
  socket.write(`${head}content-type: application/json\r\ncontent-length: 4\r\n\r\n[`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.write("1,2");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.write("]");
  while (!answers.includes("}")) await once(socket, "data");
  assert.match(answers, /^HTTP\/1\.1 400 /); // four bytes were announced: "[1,2" is no JSON
  socket.destroy();
});

test("what Node would answer by itself is answered like the rest", async () => {
  const hostless = await answerTo("GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n");
  assert.match(hostless, /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*Host header is missing/);
  assert.match(await answerTo(request11("GET /livez", ["expect: banana"])), /^HTTP\/1\.1 200 /);
});

test("a method that nobody takes is answered with 405 whatever the body", async () => {
  assert.match(await answerTo(request11("QUERY /livez", [])), /^HTTP\/1\.1 405 [\s\S]*method-not-allowed/);
  const { status } = await request(server.url).post("/livez").set("content-type", "text/plain").send("x");
  assert.equal(status, 405);
});

test("an aborted upload harms nobody", async () => {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.write("POST /v1/brains HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  assert.equal((await request(server.url).get("/livez")).status, 200);
});
