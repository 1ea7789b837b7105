// A database that goes away and comes back under load: stopped without a word, or killed and started again. Predictions go on, changes are
// refused soon and made once, and it recovers by itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call, inputOf, Refused, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

type Ready = { readonly status: number; readonly database: string };

let postgres: PostgresServer;
let server: TestServer;
const log: { readonly level: number; readonly msg: string }[] = [];
before(async () => {
  postgres = await startPostgres();
  const environment = {
    DATABASE_URL: postgres.url,
    ENGRAM_LOG_LEVEL: "info",
    ENGRAM_CHECKPOINT_EVERY_EVENTS: "40",
  };
  server = await startTestServer(environment, { write: (line: string) => void log.push(JSON.parse(line)) });
});
after(async () => {
  await server?.close();
  await postgres?.stop();
});

async function ready(): Promise<Ready> {
  const response = await fetch(`${server.url}/readyz`);
  const { checks } = (await response.json()) as { checks: { database: string } };
  return { status: response.status, database: checks.database };
}

async function readySays(status: number): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await ready();
    if (answer.status === status) return answer.database;
    await sleep(50);
  }
  throw new Error(`/readyz never said ${status}`);
}

/** Uses the brain until told to end: one learner that repeats each lesson until it is made, one that asks. */
function use(id: string) {
  const brain = `${server.url}/v1/brains/${id}`;
  const seen = { lessons: 0, refusals: 0, predictions: 0, slowestMs: 0 };
  let isOver = false;
  const learn = async (): Promise<void> => {
    for (let index = 0; !isOver; index++) {
      while (!(await isLearned(index))) await sleep(100);
      seen.lessons++;
    }
  };
  const isLearned = async (index: number): Promise<boolean> => {
    const startedAt = performance.now();
    const response = await fetch(`${brain}/learn`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": `${id}-${index}` },
      body: JSON.stringify({ inputs: [inputOf(index)], labels: [`class-${index % 9}`] }),
    });
    const { type } = (await response.json()) as { type?: string };
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt);
    if (response.status === 200) return true;
    assert.deepEqual([response.status, type], [503, "/problems/database-unavailable"]);
    seen.refusals++;
    return false;
  };
  const predict = async (): Promise<void> => {
    for (let index = 0; !isOver; index++) {
      await call("POST", `${brain}/predict`, { inputs: [inputOf(index)] });
      seen.predictions++;
      await sleep(5);
    }
  };
  const users = Promise.all([learn(), predict()]);
  const end = async (): Promise<void> => {
    isOver = true;
    await users;
  };
  users.catch(() => {}); // `end` tells
  return { seen, end, brain };
}

async function outage(id: string, away: () => Promise<void>, back: () => Promise<void> | void): Promise<void> {
  await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
  const { seen, end, brain } = use(id);
  await sleep(1_000);
  const linesBefore = log.length;
  await away();
  const reason = await readySays(503);
  assert.match(reason, /^down since \d{4}-\d\d-\d\dT[\d:.]+Z: ./);
  await sleep(5_000);

  const predictions = seen.predictions;
  const startedAt = performance.now();
  const lesson = { inputs: [inputOf(1)], labels: ["never"] };
  await assert.rejects(
    call("POST", `${brain}/learn`, lesson),
    (error) => error instanceof Refused && error.problem.type === "/problems/database-unavailable",
  );
  assert.ok(performance.now() - startedAt < 2_500, "what is known to be away is not waited for");
  await sleep(500);
  assert.ok(seen.predictions > predictions, "predictions go on");

  await back();
  assert.equal(await readySays(200), "up");
  const { lessons } = seen;
  for (let tries = 0; seen.lessons < lessons + 50; tries++) {
    assert.ok(tries < 300, "it does not learn again");
    await sleep(50);
  }
  await end();
  const { step } = await call<Stamp>("GET", brain);
  assert.equal(step, seen.lessons);
  assert.ok(seen.refusals > 0);
  assert.ok(seen.slowestMs < 15_000, `a change waited ${seen.slowestMs} ms`);

  const lines = log.slice(linesBefore).map(({ level, msg }) => ({ level, msg }));
  assert.equal(lines.filter(({ msg }) => msg.startsWith("database is away")).length, 1);
  assert.equal(lines.filter(({ msg }) => msg === "database answers again").length, 1);
  const complaints = lines.filter(({ level }) => level >= 40).map(({ msg }) => msg);
  assert.ok(complaints.length <= 4, complaints.join("\n"));
  assert.ok(lines.some(({ msg }) => msg === "checkpoint written"));
}

test("a database that is stopped and goes on", async () => {
  try {
    await outage(
      "stopped",
      async () => postgres.pause(),
      () => postgres.resume(),
    );
  } finally {
    postgres.resume();
  }
});

test("a database that is killed and started again", async () => {
  let restarted: Promise<void> | undefined;
  await outage(
    "killed",
    async () => {
      restarted = postgres.crash(8_000);
    },
    () => restarted,
  );
});

test("a database that is away does not keep a server from ending in time", async () => {
  const brains = `${server.url}/v1/brains`;
  await call("POST", brains, { id: "behind", ...SMALL_BRAIN });
  await call("POST", `${brains}/behind/learn`, { inputs: [inputOf(1)], labels: ["a"] });
  postgres.pause();
  try {
    await readySays(503);
    const startedAt = performance.now();
    const change = fetch(`${brains}/behind/consolidate`, { method: "POST" });
    await sleep(100);
    assert.ok(await server.close(3_000), "every call was answered");
    assert.equal((await change).status, 503);
    assert.ok(performance.now() - startedAt < 10_000);
    assert.ok(log.some(({ msg }) => msg.startsWith("not every brain has a checkpoint of its last state")));
  } finally {
    postgres.resume();
  }
});
