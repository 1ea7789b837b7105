// Who hears what, and who is let go, without a network.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { mock, test } from "node:test";
import type { WebSocket } from "ws";
import { StreamHub } from "../../../src/http/stream-hub.ts";
import { Feed, type FeedMessage } from "../../../src/metrics/feed.ts";

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: number | null = null;
  isTerminated = false;
  pings = 0;
  send(text: string) {
    this.sent.push(text);
  }
  ping() {
    this.pings++;
  }
  close(code: number) {
    this.closedWith = code;
    this.readyState = 2;
    queueMicrotask(() => this.emit("close"));
  }
  terminate() {
    this.isTerminated = true;
    this.emit("close");
  }
}

const message = (brain: string, type: "created" | "deleted" = "created"): FeedMessage => ({
  brain,
  seq: 1,
  step: 0,
  time: "t",
  type,
});

function hubWith(...brains: readonly (string | null)[]) {
  const feed = new Feed();
  const dropped: string[] = [];
  const hub = new StreamHub(feed, () => dropped.push("one"));
  const sockets = brains.map((brain) => {
    const socket = new FakeSocket();
    hub.add(socket as unknown as WebSocket, brain);
    return socket;
  });
  return { feed, hub, sockets, dropped };
}

test("a stream hears its brain, the stream of all hears all", async () => {
  const { feed, hub, sockets } = hubWith("a", null);
  feed.publish(message("a"));
  feed.publish(message("b"));
  assert.deepEqual(
    sockets.map(({ sent }) => sent.length),
    [1, 2],
  );
  await hub.close();
});

test("a client that does not read is closed with 1013 and hears no more", async () => {
  const { dropped, feed, hub, sockets } = hubWith("a", "a");
  const [slow, quick] = sockets;
  assert.ok(slow && quick);
  slow.bufferedAmount = 5 * 1024 * 1024;
  feed.publish(message("a"));
  feed.publish(message("a"));
  assert.equal(slow.closedWith, 1013);
  assert.deepEqual(dropped, ["one"]);
  assert.equal(slow.sent.length, 0);
  assert.equal(quick.sent.length, 2);
  await hub.close();
});

test("a deleted brain's stream ends, the stream of all goes on", async () => {
  const { feed, hub, sockets } = hubWith("a", null);
  feed.publish(message("a", "deleted"));
  assert.deepEqual(
    sockets.map(({ sent, closedWith }) => [sent.length, closedWith]),
    [
      [1, 1000],
      [1, null],
    ],
  );
  await hub.close();
});

test("a peer that does not answer pings is dropped", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const { hub, sockets } = hubWith(null, null);
  const [dead, alive] = sockets;
  assert.ok(dead && alive);
  mock.timers.tick(30_000);
  alive.emit("pong");
  mock.timers.tick(30_000);
  assert.deepEqual([dead.isTerminated, alive.isTerminated], [true, false]);
  assert.equal(alive.pings, 2);
  mock.timers.reset();
  await hub.close();
});

test("closing ends all with 1001, also who comes later", async () => {
  const { feed, hub, sockets } = hubWith(null);
  await hub.close();
  const late = new FakeSocket();
  hub.add(late as unknown as WebSocket, null);
  feed.publish(message("a"));
  assert.deepEqual([sockets[0]?.closedWith, late.closedWith, late.sent.length], [1001, 1001, 0]);
});
