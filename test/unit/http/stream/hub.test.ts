// Streams over real sockets without the rest of the server: readers that stall, peers that are gone, and the end. Limits are the test's own.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";
import { StreamHub } from "../../../../src/http/stream/hub.ts";
import { STREAM_LIMITS, type StreamLimits } from "../../../../src/http/stream/limits.ts";
import { Feed, type FeedMessage } from "../../../../src/metrics/feed.ts";
import { StreamClient } from "../../../support/stream.ts";
import { accountedFor, created, deleted, learned, modeChanged } from "./support.ts";

const SAMPLE = {
  hosts: [],
  residentBrains: 3,
  streams: 1,
  curricula: { queued: 0, running: 0, waiting: 0 },
  learnedRows: 0,
  predictedRows: 0,
};

type Site = {
  readonly feed: Feed;
  readonly hub: StreamHub;
  readonly url: string;
  readonly tally: { sent: number; coalesced: number; dropped: number; streams: number };
  readonly server: Server;
};

let site: Site | undefined;

async function start(limits: Partial<StreamLimits> = {}): Promise<Site> {
  const feed = new Feed();
  const tally = { sent: 0, coalesced: 0, dropped: 0, streams: 0 };
  const count = (what: "sent" | "coalesced" | "dropped") => (messages: number) => {
    tally[what] += messages;
  };
  const parts = {
    feed,
    sample: () => SAMPLE,
    tally: {
      ...{ sent: count("sent"), coalesced: count("coalesced"), dropped: count("dropped") },
      droppedStream: () => void tally.streams++,
    },
  };
  const hub = new StreamHub(parts, { ...STREAM_LIMITS, ...limits });
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, { url, socket: raw }) => {
    hub.add(socket, url === "/stream" ? null : (url?.split("/")[1] ?? null), raw);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  site = { feed, hub, tally, server, url: `http://127.0.0.1:${port}` };
  return site;
}

afterEach(async () => {
  await site?.hub.close();
  site?.server.close();
  site = undefined;
});

/** A lesson of so many bytes and more. */
const large = (brain: string, seq: number, bytes: number): FeedMessage => ({
  ...modeChanged(brain, seq),
  time: "t".repeat(bytes),
});

test("a reader that stalls costs no more than its window and what may wait, and hears later what became of the rest", async () => {
  const limits = { waitingMessages: 50, replay: { messages: 20, bytes: 1e6 } };
  const here = await start(limits);
  const stalled = await StreamClient.open(here.url, { subscribe: {} });
  const quick = await StreamClient.open(here.url, { subscribe: {} });
  stalled.socket.pause();
  // Kernels hold some MiB for a socket: as many messages as fill them, and then as many as nobody takes.
  const messages = 4000;
  for (let seq = 1; seq <= messages; seq++) {
    here.feed.publish(seq % 2 === 0 ? learned("busy", seq) : large("busy", seq, 5000));
    if (seq % 50 === 0) await quick.until(() => quick.feed.at(-1)?.seq === seq);
  }
  const done = () => here.tally.sent + here.tally.coalesced + here.tally.dropped;
  assert.ok(here.tally.dropped > 0, "it is a stall");
  assert.ok(2 * messages - done() <= 2 * limits.waitingMessages, `${2 * messages - done()} wait`);
  assert.equal(accountedFor(quick.all), messages, "who reads hears all");
  assert.ok(quick.all.every(({ coalesced }) => coalesced === undefined));
  stalled.socket.resume();
  await stalled.until(() => stalled.feed.at(-1)?.seq === messages);
  assert.equal(accountedFor(stalled.all), messages);
  assert.equal(stalled.all.filter(({ type }) => type === "dropped").length, 1);
  assert.equal(done(), 2 * messages);
});

test("a reader that takes nothing at all is let go with 1013 in the end, one that has nothing to take is not", async () => {
  const here = await start({ silenceMs: 200, windowBytes: 1000 });
  const idle = await StreamClient.open(`${here.url}/idle`, { subscribe: {} });
  const stalled = await StreamClient.open(here.url, { subscribe: {} });
  stalled.socket.pause();
  for (let seq = 1; here.tally.streams === 0; seq++) {
    for (let burst = 0; burst < 20; burst++) here.feed.publish(large("busy", seq, 50_000));
    await sleep(5);
  }
  stalled.socket.resume();
  assert.equal(await stalled.closed, 1013);
  assert.equal(here.tally.streams, 1);
  here.feed.publish(created("idle"));
  await idle.until(1);
});

test("a peer that does not answer pings is cut off, one that does stays", async () => {
  const here = await start({ pingEveryMs: 500 });
  const dead = await StreamClient.open(here.url, { autoPong: false });
  const alive = await StreamClient.open(here.url);
  assert.equal(await dead.closed, 1006);
  here.feed.publish(created("a"));
  await alive.until(1);
});

test("a stream hears its brain, and ends with it; the stream of all hears all and goes on", async () => {
  const here = await start();
  const one = await StreamClient.open(`${here.url}/a`, { subscribe: {} });
  const all = await StreamClient.open(here.url, { subscribe: {} });
  here.feed.publish(created("b"));
  here.feed.publish(deleted("a"));
  here.feed.publish(created("a"));
  assert.equal(await one.closed, 1000);
  await all.until(3);
  assert.deepEqual(
    one.feed.map(({ type, streamSeq }) => [type, streamSeq]),
    [["deleted", 2]],
  );
});

test("what is asked for and not kept any more is named, and what is kept is told", async () => {
  const here = await start({ replay: { messages: 4, bytes: 1e6 } });
  for (let seq = 1; seq <= 10; seq++) here.feed.publish(modeChanged("a", seq));
  const stream = await StreamClient.open(`${here.url}/a`);
  const { after, lost } = await stream.subscribe({ since: { ...stream.position, streamSeq: 2 } });
  assert.deepEqual([after, lost?.reason, lost?.from, lost?.to], [6, "too-old", 3, 6]);
  await stream.until(4);
  assert.deepEqual(
    stream.feed.map(({ streamSeq }) => streamSeq),
    [7, 8, 9, 10],
  );
  const rest = await stream.subscribe({ since: { ...stream.position, streamSeq: 6 } });
  assert.equal(rest.lost, null);
});

test("the server's numbers come while somebody wants them, beside all else", async () => {
  const here = await start();
  const stream = await StreamClient.open(here.url, { subscribe: { topics: ["server", "events"] } });
  here.feed.publish(created("a"));
  await stream.until(() => stream.all.some(({ type }) => type === "server"));
  const numbers = stream.all.find(({ type }) => type === "server");
  assert.equal(numbers?.residentBrains, 3);
  assert.equal(stream.feed.length, 1);
  await stream.subscribe({ topics: ["events"] });
  here.feed.publish(created("b"));
  await stream.until(2);
});

test("closing ends all with 1001, also who comes later", async () => {
  const here = await start();
  const stream = await StreamClient.open(here.url);
  await here.hub.close();
  assert.equal(await stream.closed, 1001);
  const late = new WebSocket(`${here.url.replace("http", "ws")}/stream`);
  const [code] = await once(late, "close");
  assert.equal(code, 1001);
});
