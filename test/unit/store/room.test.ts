// Changes while the disk is full: one now and then is let through to see whether it still is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Room } from "../../../src/store/room.ts";
import { SILENT } from "../../support/databases.ts";

const TRY_EVERY_MS = 1_000;

function newRoom(t: { readonly mock: { method: typeof import("node:test").mock.method } }) {
  let nowMs = 50_000;
  t.mock.method(performance, "now", () => nowMs);
  let runs = 0;
  const room = new Room(SILENT);
  const change = () => room.run(async () => ++runs);
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { room, change, wait, runs: () => runs };
}

test("changes run while there is room", async (t) => {
  const { room, change } = newRoom(t);
  assert.equal(room.outage, null);
  assert.deepEqual([await change(), await change()], [1, 2]);
});

test("once there is none they are refused without being run, but for one a second", async (t) => {
  const { room, change, wait, runs } = newRoom(t);
  room.lost("full");
  await assert.rejects(change(), { code: "storage-full" });
  wait(TRY_EVERY_MS);
  const failure = new Error("still full");
  await assert.rejects(
    room.run(() => Promise.reject(failure)),
    failure,
  );
  await assert.rejects(change(), { code: "storage-full" });
  assert.equal(runs(), 0);
  assert.equal(room.outage?.reason, "full");
});

test("one that goes through shows that there is room again", async (t) => {
  const { room, change, wait } = newRoom(t);
  room.lost("full");
  wait(TRY_EVERY_MS);
  assert.equal(await change(), 1);
  assert.equal(room.outage, null);
  assert.deepEqual([await change(), await change()], [2, 3]);
});

test("a change that finds no room takes its turn from those behind it", async (t) => {
  const { room, change, wait } = newRoom(t);
  room.lost("full");
  wait(TRY_EVERY_MS);
  const tried = change();
  await assert.rejects(change(), { code: "storage-full" });
  await tried;
});
