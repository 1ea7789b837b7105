// The embedded database on a disk that is full: changes are refused, predictions go on, nothing acknowledged is lost, and it recovers by itself.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerProcess } from "../crash/server-process.ts";
import { type BrainAnswer, call, digestOf, type PredictAnswer, Refused, type Stamp } from "../support/client.ts";
import { copyTemplate } from "../support/data-folder.ts";
import { SmallDisk } from "../support/small-disk.ts";

const MIB = 1024 * 1024;
const INPUTS = 64;
const CONFIG = { inputDim: 512, hiddenDim: 64, winners: 4, layers: 1, memorySize: 500, neighbors: 3, seed: 3 };
const STORAGE_FULL = { status: 507, message: /storage-full.*Nothing was changed/ };

const inputOf = (index: number) => Array.from({ length: CONFIG.inputDim }, (_, d) => Math.sin(index * 7.3 + d * 1.9));
const lessonOf = (index: number) => ({
  inputs: Array.from({ length: INPUTS }, (_, i) => inputOf(index * INPUTS + i)),
  labels: Array.from({ length: INPUTS }, (_, i) => `class-${(index + i) % 9}`),
});

type Trial = { readonly disk: SmallDisk; readonly start: () => Promise<{ server: ServerProcess; brains: string }> };

/** Opens a disk of `mib`, and servers on it, for the time of one test. */
async function trial(t: TestContext, mib: number): Promise<Trial | null> {
  const disk = await SmallDisk.open(mib);
  if (disk === null) {
    t.skip("this user may not mount a small disk (unshare -rm)");
    return null;
  }
  const servers: ServerProcess[] = [];
  t.after(async () => {
    for (const server of servers) await server.kill();
    await disk.close();
  });
  const start = async () => {
    const server = new ServerProcess(
      { ENGRAM_DATA_DIR: join(disk.folder, "data"), ENGRAM_HOSTS: "1", ENGRAM_BACKEND: "cpu" },
      disk.prefix,
    );
    servers.push(server);
    return { server, brains: `${await server.listening()}/v1/brains` };
  };
  return { disk, start };
}

const create = (brains: string, id: string) => call("POST", brains, { id, kind: "plastic", config: CONFIG });
const learn = (brain: string, index: number) => call<Stamp>("POST", `${brain}/learn`, lessonOf(index));
const predict = (brain: string) => call<PredictAnswer>("POST", `${brain}/predict`, { inputs: [inputOf(5)] });
const readiness = async (brains: string) => {
  const response = await fetch(new URL("/readyz", brains));
  return { status: response.status, text: await response.text() };
};

/** Learns until it is refused. @returns how many lessons were acknowledged */
async function learnUntilFull(brain: string, first: number): Promise<number> {
  for (let index = first; ; index++) {
    try {
      assert.equal((await learn(brain, index)).seq, index + 1);
    } catch (error) {
      assert.ok(error instanceof Refused, String(error));
      assert.deepEqual([error.status, error.problem.type], [507, "/problems/storage-full"]);
      return index;
    }
  }
}

/** @returns false for a call that was refused because the disk is full */
function isFull(error: unknown): false {
  if (error instanceof Refused && error.status === 507) return false;
  throw error;
}

async function recovers(brains: string): Promise<void> {
  for (let tries = 0; (await readiness(brains)).status !== 200; tries++) {
    assert.ok(tries < 100, "not ready again");
    await sleep(100);
  }
}

test("a disk that something else fills costs changes, not predictions, and what was acknowledged is there", async (t) => {
  const here = await trial(t, 200);
  if (here === null) return;
  await copyTemplate(join(here.disk.path, "data"));
  let { server, brains } = await here.start();
  for (const id of ["taught", "twin"]) await create(brains, id);
  for (let index = 0; index < 10; index++) await learn(`${brains}/taught`, index);
  await call("POST", `${brains}/taught/checkpoints`);

  here.disk.fill();
  const taught = await learnUntilFull(`${brains}/taught`, 10);
  assert.equal((await predict(`${brains}/taught`)).seq, taught);
  const { status, text } = await readiness(brains);
  assert.equal(status, 503);
  assert.match(text, /disk of .* is full/);
  await assert.rejects(call("POST", `${brains}/taught/checkpoints`), STORAGE_FULL);
  await assert.rejects(create(brains, "another"), STORAGE_FULL);
  const tracked = { inputs: [inputOf(5)], track: true };
  await assert.rejects(call("POST", `${brains}/taught/predict`, tracked), STORAGE_FULL);

  // Killed and started again on the full disk.
  await server.kill();
  ({ server, brains } = await here.start());
  assert.equal((await predict(`${brains}/taught`)).seq, taught);
  await learnUntilFull(`${brains}/taught`, taught);

  here.disk.empty();
  await recovers(brains);
  const { seq } = await call<BrainAnswer>("GET", `${brains}/taught`);
  for (let index = seq; index < seq + 5; index++) assert.equal((await learn(`${brains}/taught`, index)).seq, index + 1);
  for (let index = 0; index < seq + 5; index++) await learn(`${brains}/twin`, index);
  assert.equal(await digestOf(`${brains}/taught`), await digestOf(`${brains}/twin`));
});

test("a disk that is full of lessons has room again once a brain is deleted", async (t) => {
  const here = await trial(t, 180);
  if (here === null) return;
  await copyTemplate(join(here.disk.path, "data"));
  const { brains } = await here.start();
  for (const id of ["greedy", "modest"]) await create(brains, id);
  here.disk.fill(24 * MIB);
  const taught = await learnUntilFull(`${brains}/greedy`, 0);
  assert.equal((await call<BrainAnswer>("GET", `${brains}/greedy`)).seq, taught);
  await call("DELETE", `${brains}/greedy`);
  for (let tries = 0; !(await learn(`${brains}/modest`, 0).catch(isFull)); tries++) {
    assert.ok(tries < 20, "no room again");
    await sleep(250);
  }
  for (let index = 1; index < 20; index++) assert.equal((await learn(`${brains}/modest`, index)).seq, index + 1);
});

test("a start on a full disk says so", async (t) => {
  const here = await trial(t, 20);
  if (here === null) return;
  here.disk.fill(2 * MIB);
  await assert.rejects(here.start(), /not started: The embedded database in .* does not start: the disk is full/);
});
