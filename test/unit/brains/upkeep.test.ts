import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Upkeep } from "../../../src/brains/upkeep.ts";
import type { Presence } from "../../../src/store/database-watch.ts";

test("old checkpoints of many brains are renewed a few at once, round after round, until it is closed", async () => {
  const database: { presence: Presence } = { presence: { isUp: true } };
  const state = { now: 0, most: 0, calls: 0, tidied: 0 };
  const checkpointIfOld = async () => {
    state.calls++;
    state.most = Math.max(state.most, ++state.now);
    await sleep(2);
    state.now--;
  };
  const brains = Array.from({ length: 12 }, () => ({ checkpointIfOld }));
  const tidyAll = async () => void state.tidied++;
  const upkeep = new Upkeep(() => brains, { tidyAll }, { everySeconds: 0.02 }, database);
  while (state.calls < 25) await sleep(2);
  database.presence = { isUp: false, reason: "gone", since: new Date() };
  while (state.calls % 12 > 0) await sleep(2); // the round that is under way
  const before = state.calls;
  await sleep(40);
  assert.equal(state.calls, before, "no round begins while the database is away");
  await upkeep.close();
  assert.deepEqual([state.most, state.now, state.tidied], [2, 0, 1]);
  const { calls } = state;
  await sleep(30);
  assert.equal(state.calls, calls);
});
