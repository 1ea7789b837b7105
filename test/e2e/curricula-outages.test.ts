// A curriculum whose parts go away while it runs, one after the other: it waits, says for what, and goes on to the same brain as without.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { CurriculumHistory, CurriculumInfo } from "../../src/curricula/api.ts";
import { type BrainAnswer, call, digestOf, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { ended, putRows, start, until } from "../support/curricula.ts";
import { LogLines } from "../support/log-lines.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const PLAN = {
  phases: [
    { name: "one", dataset: "rows", epochs: 3, batchSize: 2, mode: "panic", consolidate: true, evaluateEvery: 100 },
    { name: "two", dataset: "rows", batchSize: 2, transform: [{ type: "noise", deviation: 0.2 }], task: false },
  ],
  evaluations: [{ name: "some", dataset: "rows", samplesPerClass: 20 }],
};
const STEPS = 300;

let postgres: PostgresServer;
let server: TestServer;
let brains: string;
const log = new LogLines();
before(async () => {
  postgres = await startPostgres();
  const environment = {
    DATABASE_URL: postgres.url,
    ENGRAM_LOG_LEVEL: "info",
    ENGRAM_CHECKPOINT_EVERY_EVENTS: "50",
    ENGRAM_CURRICULA_RUNNING: "1",
    ENGRAM_IDLE_EVICT_MS: "300",
  };
  server = await startTestServer(environment, log.destination);
  brains = `${server.url}/v1/brains`;
  await putRows(server.url, "rows", 150);
});
after(async () => {
  await server?.close();
  await postgres?.stop();
});

/** Kills the compute process without a word. */
const killHost = (): unknown => process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");

/** Resolves once its curriculum waits for the part that this problem is about. */
const waitsFor = (brain: string, id: string, code: string): Promise<CurriculumInfo> =>
  until(brain, id, ({ progress }) => progress.waiting === code);

/** Resolves once so many steps more are done. */
async function goesOn(brain: string, id: string, more: number): Promise<void> {
  const { progress } = await call<CurriculumInfo>("GET", `${brain}/curricula/${id}`);
  await until(brain, id, ({ progress: { done } }) => done >= progress.done + more);
}

test("its compute process dies, its database stands still, and is killed: it comes to the same brain, and nothing is measured twice", async () => {
  for (const id of ["calm", "stormy"]) await call("POST", brains, { id, ...SMALL_BRAIN });
  const calm = await start(`${brains}/calm`, PLAN);
  assert.equal((await ended(`${brains}/calm`, calm.id)).state, "completed");

  const brain = `${brains}/stormy`;
  const { id } = await start(brain, PLAN);
  await goesOn(brain, id, 20);
  killHost();
  await goesOn(brain, id, 20);
  postgres.pause();
  try {
    const { state, progress } = await waitsFor(brain, id, "database-unavailable");
    assert.deepEqual([state, progress.phaseName, progress.total], ["running", "one", STEPS]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /engram_curricula\{state="waiting"\} 1\n/);
    killHost(); // both at once
  } finally {
    postgres.resume();
  }
  await goesOn(brain, id, 20);
  const restarted = postgres.crash(500);
  await waitsFor(brain, id, "database-unavailable");
  await restarted;

  const info = await ended(brain, id);
  assert.deepEqual([info.state, info.error, info.progress.done], ["completed", null, STEPS]);
  assert.equal(await digestOf(brain), await digestOf(`${brains}/calm`));
  const history = (of: string, curriculum: string) =>
    call<CurriculumHistory>("GET", `${brains}/${of}/curricula/${curriculum}/history?limit=10000`);
  const [whole, wanted] = [await history("stormy", id), await history("calm", calm.id)];
  assert.deepEqual(whole.seq, wanted.seq);
  for (const name of ["accuracy", "reward", "stored", "evaluation.some"])
    assert.deepEqual(whole.numbers[name], wanted.numbers[name], name);
  assert.equal(log.of("host ended").length, 2);
  assert.equal(log.of("curriculum failed unexpectedly").length, 0);
});

test("one that waits for its turn begins with the brain as it is, which has left memory meanwhile", async () => {
  for (const id of ["first", "second"]) await call("POST", brains, { id, ...SMALL_BRAIN });
  await call("POST", `${brains}/second/learn`, { inputs: [inputOf(1)], labels: ["ant"] });
  const earlier = await start(`${brains}/first`, { phases: [{ name: "long", dataset: "rows", epochs: 10_000 }] });
  const { id } = await start(`${brains}/second`, { phases: [{ name: "one", dataset: "rows", batchSize: 30 }] });
  const status = async () => (await call<BrainAnswer>("GET", `${brains}/second`)).status;
  while ((await status()) === "resident") await sleep(50);
  const { state, progress } = await call<CurriculumInfo>("GET", `${brains}/second/curricula/${id}`);
  assert.deepEqual([state, progress.waiting], ["queued", "turn"]);
  await call("POST", `${brains}/first/curricula/${earlier.id}/cancel`);
  const { phases } = await ended(`${brains}/second`, id);
  assert.deepEqual([phases[0]?.state, phases[0]?.fromSeq, phases[0]?.toSeq], ["completed", 1, 7]);
});
