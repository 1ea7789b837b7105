// What is too much is refused instead of growing, and what is refused was not done; probes and documents are answered all the while.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { holdCall } from "../support/held-call.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const MIB = 1024 * 1024;
const LESSON = JSON.stringify({ inputs: [inputOf(1)], labels: ["a"] });

const MAX_CALLS = 3;
const SMALL = { ENGRAM_MAX_IN_FLIGHT: String(MAX_CALLS), ENGRAM_MAX_BODY_MB: "1", ENGRAM_MAX_IN_FLIGHT_MB: "2" };

let server: TestServer;
let url: string;
let api: ContractClient;
before(async () => {
  server = await startTestServer(SMALL);
  url = server.url;
  api = contractClient(url);
});
after(() => server.close());

/** @returns the address of a new brain's lessons, once there is room for calls */
async function newBrain(id: string): Promise<string> {
  const body = { id, ...SMALL_BRAIN };
  const { status } = await soon(
    () => api("post", "/v1/brains", { body }),
    ({ status }) => status !== 429,
  );
  assert.equal(status, 201);
  await roomForAll();
  return `${url}/v1/brains/${id}/learn`;
}

/** Waits until nothing is under way. */
const roomForAll = () =>
  soon(
    () => Promise.all(Array.from({ length: MAX_CALLS }, () => api("get", "/v1/brains"))),
    (answers) => answers.every(({ status }) => status === 200),
  );

const seqOf = async (brain: string): Promise<number> =>
  (await api("get", "/v1/brains/{brain}", { params: { brain } })).body.seq;

/** Asks until the answer is as wanted: places are given back a moment after an answer or a break. */
async function soon<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (isIt(answer) || tries === 200) return answer;
    await sleep(10);
  }
}

test("calls beyond a brain's limit get 429 with Retry-After, and only those answered 200 have changed it", async () => {
  const other = await startTestServer({ ENGRAM_MAX_PENDING: "2" });
  try {
    const call = contractClient(other.url);
    await call("post", "/v1/brains", { body: { id: "busy", ...SMALL_BRAIN } });
    const learn = (index: number) =>
      call("post", "/v1/brains/{brain}/learn", {
        params: { brain: "busy" },
        body: { inputs: [inputOf(index)], labels: ["a"] },
      });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => learn(index)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0, "nothing was refused");
    for (const { headers, body } of refused) {
      assert.equal(body.type, "/problems/overloaded");
      assert.match(body.detail, /^2 calls of brain "busy" are under way/);
      assert.match(String(headers["retry-after"]), /^[1-9]\d?$/);
    }
    const { body } = await call("get", "/v1/brains/{brain}", { params: { brain: "busy" } });
    assert.equal(body.seq, answers.filter(({ status }) => status === 200).length);
  } finally {
    await other.close();
  }
});

test("calls beyond the server's limit get 429 before anything was done, and probes are answered all the while", async () => {
  const learn = await newBrain("full");
  const held = await Promise.all(Array.from({ length: MAX_CALLS }, () => holdCall(learn, LESSON)));
  for (const template of ["/v1/brains/{brain}/learn", "/v1/brains/{brain}/predict", "/v1/brains"] as const) {
    const { status, body, headers } = await api("post", template, { params: { brain: "full" }, body: LESSON });
    assert.equal(status, 429);
    assert.match(body.detail, /^3 calls are under way, .*ENGRAM_MAX_IN_FLIGHT\)/);
    assert.match(String(headers["retry-after"]), /^[1-9]\d?$/);
  }
  assert.equal((await api("get", "/v1/brains")).status, 429);

  const free = ["/readyz", "/livez", "/openapi.json", "/problems", "/docs/"];
  const probes = Array.from({ length: 50 }, (_, index) => fetch(url + free[index % free.length]));
  for (const probe of await Promise.all(probes)) assert.equal(probe.status, 200, probe.url);

  assert.deepEqual(await Promise.all(held.map((call) => call.finish())), [200, 200, 200]);
  await roomForAll();
  assert.equal(await seqOf("full"), MAX_CALLS);
});

test("a refused call leaves its connection as it was, body and all", async () => {
  const learn = await newBrain("kept");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  const send = async (body: string): Promise<number | undefined> => {
    const call = request(learn, { method: "POST", agent, headers: { "content-type": "application/json" } });
    call.on("socket", (socket) => sockets.add(socket));
    call.end(body);
    const [response]: IncomingMessage[] = await once(call, "response");
    response!.resume();
    await once(response!, "end");
    return response!.statusCode;
  };
  const held = await Promise.all(Array.from({ length: MAX_CALLS }, () => holdCall(learn, LESSON)));
  assert.equal(await send(LESSON.padEnd(MIB)), 429);
  await Promise.all(held.map((call) => call.finish()));
  assert.equal(
    await soon(
      () => send(LESSON),
      (status) => status !== 429,
    ),
    200,
  );
  assert.equal(sockets.size, 1);
  agent.destroy();
});

test("bodies are counted by what they say of their length, and by the largest where they say nothing", async () => {
  const learn = await newBrain("large");
  const params = { brain: "large" };
  const send = (size: number) => api("post", "/v1/brains/{brain}/learn", { params, body: LESSON.padEnd(size) });
  const soonSent = (size: number) =>
    soon(
      () => send(size),
      ({ status }) => status !== 429,
    );
  const [said, unsaid] = [await holdCall(learn, LESSON, MIB), await holdCall(learn, LESSON, null)];
  const refused = await send(MIB / 2);
  assert.equal(refused.status, 429);
  assert.match(
    refused.body.detail,
    /^The bodies of 2 calls hold 2\.0 MiB; with 0\.5 MiB more .*ENGRAM_MAX_IN_FLIGHT_MB/,
  );
  assert.equal((await api("get", "/v1/brains/{brain}", { params })).status, 200, "a call without a body has room");
  assert.equal((await send(3 * MIB)).status, 413, "a body that is refused anyway needs none");

  assert.equal(await unsaid.finish(), 200);
  assert.equal((await soonSent(MIB / 2)).status, 200);
  await said.abort();
  assert.equal((await soonSent(MIB)).status, 200);
});

test("clients that go away while their bodies arrive give their places back", async () => {
  const learn = await newBrain("left");
  for (let round = 0; round < 3; round++) {
    await roomForAll();
    const held = await Promise.all(Array.from({ length: MAX_CALLS }, () => holdCall(learn, LESSON)));
    assert.equal((await api("get", "/v1/brains")).status, 429);
    await Promise.all(held.map((call) => call.abort()));
  }
  await roomForAll();
  assert.equal(await seqOf("left"), 0);
});

test("clients that go away while they wait for predictions give their places back", async () => {
  const predict = (await newBrain("asked")).replace("/learn", "/predict");
  const host = server.hosts.hosts[0]!.pid!;
  process.kill(host, "SIGSTOP");
  try {
    const calls = Array.from({ length: MAX_CALLS }, () => holdCall(predict, JSON.stringify({ inputs: [inputOf(1)] })));
    const held = await Promise.all(calls);
    const answers = Promise.allSettled(held.map((call) => call.finish()));
    await sleep(300);
    assert.equal((await api("get", "/v1/brains")).status, 429);
    await Promise.all(held.map((call) => call.abort()));
    await answers;
    await roomForAll();
  } finally {
    process.kill(host, "SIGCONT");
  }
});

test("streams beyond the limit are refused before the upgrade, and calls have room beside them", async () => {
  const address = `${url.replace("http", "ws")}/v1/stream`;
  const open = async (): Promise<WebSocket | null> => {
    const socket = new WebSocket(address);
    const isOpen = await Promise.race([
      once(socket, "open").then(() => true),
      once(socket, "unexpected-response").then(([, response]) => {
        assert.equal(response.statusCode, 429);
        assert.match(String(response.headers["retry-after"]), /^\d+$/);
        response.resume();
        return false;
      }),
    ]);
    return isOpen ? socket : null;
  };
  const sockets: (WebSocket | null)[] = [await open(), await open(), await open()];
  assert.equal(await open(), null);
  await roomForAll();
  sockets[0]!.close();
  await once(sockets[0]!, "close");
  sockets[0] = await soon(open, (socket) => socket !== null);
  for (const socket of sockets) socket!.close();
});
