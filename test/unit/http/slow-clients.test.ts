// Clients that send or read nothing.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { takeByteStreams, withBody } from "../../../src/http/byte-stream.ts";
import { giveUpSlowClients } from "../../../src/http/slow-clients.ts";

const SILENCE_MS = 150;

let app: FastifyInstance;
let port: number;
before(async () => {
  app = Fastify();
  giveUpSlowClients(app, { maxInFlight: 10 }, SILENCE_MS);
  app.post("/echo", async ({ body }) => body);
  app.get("/slow", async () => {
    await sleep(3 * SILENCE_MS);
    return "done";
  });
  app.get("/endless", async (_request, reply) => {
    const piece = Buffer.alloc(1024 * 1024);
    const endless = new Readable({
      read() {
        this.push(piece);
      },
    });
    return reply.send(endless);
  });
  await app.register(async (scope) => {
    takeByteStreams(scope, ["text/csv"]);
    scope.put("/file", { config: { streamsBody: true } }, (request) =>
      withBody(request, async ({ bytes }) => {
        let length = 0;
        for await (const piece of bytes) {
          await sleep(2 * SILENCE_MS);
          length += piece.length;
        }
        return length;
      }),
    );
  });
  port = Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
});
after(() => app.close());

test("a body of which nothing more comes gets 408 and loses its connection", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a');
  let answer = "";
  socket.on("data", (bytes) => {
    answer += bytes;
  });
  await once(socket, "close");
  assert.match(answer, /^HTTP\/1\.1 408 [\s\S]*"type":"\/problems\/request-timeout"/);
});

test("a body that comes in pieces, and a call that takes its time, are waited for", async () => {
  const slow = fetch(`http://127.0.0.1:${port}/slow`);
  const body = new ReadableStream({
    async start(controller) {
      for (const piece of ['{"a', '":', "1", "}"]) {
        await sleep(SILENCE_MS / 2);
        controller.enqueue(new TextEncoder().encode(piece));
      }
      controller.close();
    },
  });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body, duplex: "half" as const };
  assert.deepEqual(await (await fetch(`http://127.0.0.1:${port}/echo`, init)).json(), { a: 1 });
  assert.equal(await (await slow).text(), "done");
});

test("a file of which nothing more comes gets 408, but not while it is the server that is slow", async () => {
  const begin = (length: number) => {
    const socket = connect(port, "127.0.0.1");
    const head = `PUT /file HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: text/csv\r\ncontent-length: ${length}\r\n\r\n`;
    socket.write(`${head}abc`);
    return socket;
  };
  const answers = [begin(4), begin(3)].map(async (socket) => {
    let answer = "";
    for await (const bytes of socket) answer += bytes;
    return answer;
  });
  assert.match(await answers[0]!, /^HTTP\/1\.1 408 [\s\S]*"type":"\/problems\/request-timeout"/);
  assert.match(await answers[1]!, /^HTTP\/1\.1 200 [\s\S]*\r\n3$/);
});

test("a client that does not read its answer loses its connection", async () => {
  const socket = connect(port, "127.0.0.1");
  const ended = new Promise<void>((resolve) => app.server.once("connection", (peer) => peer.once("close", resolve)));
  socket.write("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n");
  socket.pause();
  await ended;
  socket.destroy();
});

test("connections are bounded, with many to each call", () => {
  assert.equal(app.server.maxConnections, 1024);
});
