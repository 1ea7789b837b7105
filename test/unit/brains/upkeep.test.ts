import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Upkeep } from "../../../src/brains/upkeep.ts";

test("old checkpoints of many brains are renewed a few at once, round after round, until it is closed", async () => {
  const state = { now: 0, most: 0, calls: 0, tidied: 0 };
  const checkpointIfOld = async () => {
    state.calls++;
    state.most = Math.max(state.most, ++state.now);
    await sleep(2);
    state.now--;
  };
  const brains = Array.from({ length: 12 }, () => ({ checkpointIfOld }));
  const tidyAll = async () => void state.tidied++;
  const upkeep = new Upkeep(() => brains, { tidyAll }, { everySeconds: 0.02 });
  while (state.calls < 25) await sleep(2);
  await upkeep.close();
  assert.deepEqual([state.most, state.now, state.tidied], [2, 0, 1]);
  const { calls } = state;
  await sleep(30);
  assert.equal(state.calls, calls);
});
