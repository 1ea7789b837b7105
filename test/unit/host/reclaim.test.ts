import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CpuBackend } from "../../../src/backend/cpu/cpu-backend.ts";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { Reclaim } from "../../../src/host/reclaim.ts";

test("the memory of brains that have left goes back to the system, though nothing else happens", async () => {
  const backend = CpuBackend.inWebAssembly();
  const config = { ...PLASTIC_DEFAULTS, inputDim: 256, hiddenDim: 512, layers: 2, memorySize: 1000, seed: 1 };
  let brains = [];
  for (let index = 0; index < 30; index++) brains.push(await createBrain({ kind: "plastic", config }, backend));
  const full = process.memoryUsage.rss();
  for (const brain of brains) brain.dispose();
  brains = [];
  new Reclaim(undefined, 10).note();
  await sleep(200);
  const freedMb = (full - process.memoryUsage.rss()) / 2 ** 20;
  // 30 brains of two layers of twice 512 KB.
  assert.ok(freedMb > 30, `${freedMb} MB came back`);
});

test("of brains that leave together one collection takes the memory back", async () => {
  let collections = 0;
  const reclaim = new Reclaim(() => void collections++, 10);
  for (let index = 0; index < 20; index++) reclaim.note();
  await sleep(50);
  reclaim.note();
  await sleep(50);
  assert.equal(collections, 2);
});
