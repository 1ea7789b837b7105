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
  const all = Array.from({ length: 12 }, () => ({ checkpointIfOld, evictIfIdle: async () => false }));
  const tidyAll = async () => void state.tidied++;
  const brains = { all, rest: () => assert.fail("nobody left"), sweep: () => {} };
  const upkeep = new Upkeep(brains, { tidyAll }, { everySeconds: 0.02, idleEvictMs: 0 }, database);
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

test("brains that have left memory are let go of, and get no checkpoint", async () => {
  const asked = new Set<number>();
  const checkpointIfOld = async () => assert.fail("a checkpoint of what is not in memory");
  const evictIfIdle = async (idleMs: number) => asked.add(idleMs).size > 0;
  const all = Array.from({ length: 3 }, () => ({ checkpointIfOld, evictIfIdle }));
  const rested: unknown[] = [];
  const brains = { all, rest: (brain: unknown) => rested.push(brain), sweep: () => {} };
  const upkeep = new Upkeep(
    brains,
    { tidyAll: async () => {} },
    { everySeconds: 300, idleEvictMs: 8 },
    { presence: { isUp: true } },
  );
  while (rested.length < 3) await sleep(2);
  await upkeep.close();
  assert.deepEqual([...asked], [8]);
  assert.deepEqual(new Set(rested), new Set(all));
});
