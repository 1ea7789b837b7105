// What clients see while a part is away: a host that dies costs a moment, a database that is away costs changes but no predictions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  type PredictAnswer,
  Refused,
  SMALL_BRAIN,
  type Stamp,
} from "../support/client.ts";
import { newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";

const learnBody = (index: number) => ({ inputs: [inputOf(index)], labels: [`class-${index % 9}`] });

/** What it says is what was seen a moment ago. */
async function readySays(url: string, status: number): Promise<void> {
  for (let tries = 0; (await fetch(`${url}/readyz`)).status !== status; tries++) {
    assert.ok(tries < 50, `/readyz does not say ${status}`);
    await sleep(100);
  }
}

test("a host killed in the middle of learning loses nothing: every call is answered, and the brain is as its twin's", async () => {
  const server = await startTestServer();
  try {
    const brains = `${server.url}/v1/brains`;
    await call("POST", brains, { id: "twin", ...SMALL_BRAIN });
    for (let index = 0; index < 200; index++) await call("POST", `${brains}/twin/learn`, learnBody(index));

    await call("POST", brains, { id: "hit", ...SMALL_BRAIN });
    for (let index = 0; index < 200; index++) {
      const answer = call<Stamp>("POST", `${brains}/hit/learn`, learnBody(index));
      if (index % 70 === 50) process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
      assert.equal((await answer).seq, index + 1);
    }
    assert.equal(await digestOf(`${brains}/hit`), await digestOf(`${brains}/twin`));
  } finally {
    await server.close();
  }
});

test("a brain is the same after its host died as it was before", async () => {
  const server = await startTestServer();
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "same", ...SMALL_BRAIN });
    const brain = `${server.url}/v1/brains/same`;
    for (let index = 0; index < 30; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const before = await digestOf(brain);
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    assert.equal(await digestOf(brain), before);
  } finally {
    await server.close();
  }
});

test("while the database is away predictions go on, changes answer 503 and change nothing, and it recovers by itself", async () => {
  const { options, dispose } = await newSite("postgres");
  const server = await startTestServer({ DATABASE_URL: options.url! });
  const database = new URL(options.url!).pathname.slice(1);
  const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "calm", ...SMALL_BRAIN });
    const brain = `${server.url}/v1/brains/calm`;
    for (let index = 0; index < 20; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const before = await digestOf(brain);

    await admin.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [database]);
    const refusals = await Promise.allSettled(
      [20, 21, 22].map((index) => call("POST", `${brain}/learn`, learnBody(index))),
    );
    for (const refusal of refusals) {
      assert.ok(refusal.status === "rejected" && refusal.reason instanceof Refused);
      assert.equal(refusal.reason.status, 503);
      assert.equal(refusal.reason.problem.type, "/problems/database-unavailable");
    }
    const { predictions, seq } = await call<PredictAnswer>("POST", `${brain}/predict`, { inputs: [inputOf(5)] });
    assert.deepEqual([predictions[0]?.label, seq], ["class-5", 20]);
    const tracked = call("POST", `${brain}/predict`, { inputs: [inputOf(5)], track: true });
    await assert.rejects(tracked, { status: 503, message: /database-unavailable/ });
    await readySays(server.url, 503);
    assert.equal((await fetch(`${server.url}/livez`)).status, 200);

    await admin.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
    assert.equal(await digestOf(brain), before);
    // The first change reads what the log holds; those that arrive meanwhile wait for it.
    const next = await Promise.all(
      [20, 21, 22, 23].map((index) => call<Stamp>("POST", `${brain}/learn`, learnBody(index))),
    );
    assert.deepEqual(next.map(({ seq }) => seq).sort(), [21, 22, 23, 24]);
    await readySays(server.url, 200);
  } finally {
    await admin.end();
    await server.close();
    await dispose();
  }
});

test("a damaged checkpoint is passed over for a longer replay, and the next checkpoint is sound", async () => {
  const { options, dispose } = await newSite("postgres");
  const server = await startTestServer({ DATABASE_URL: options.url! });
  const database = new pg.Client({ connectionString: options.url });
  await database.connect();
  const killHost = () => process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "scratched", ...SMALL_BRAIN });
    const brain = `${server.url}/v1/brains/scratched`;
    for (let index = 0; index < 10; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const { digest } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
    await database.query("UPDATE chunk SET data = decode('00', 'hex')");
    killHost();
    const { id, digest: replayed } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
    assert.equal(replayed, digest);
    const restored = await call<Stamp>("POST", `${brain}/checkpoints/${id}/restore`);
    assert.equal(restored.seq, 11);
    assert.equal(await digestOf(brain), digest);
  } finally {
    await database.end();
    await server.close();
    await dispose();
  }
});

test("a second server on the same data folder refuses to start and names the first", async () => {
  const server = await startTestServer();
  try {
    await assert.rejects(startTestServer({ ENGRAM_DATA_DIR: server.dataDir }), (error: Error) =>
      error.message.includes(String(process.pid)),
    );
  } finally {
    await server.close();
  }
});

test("calls in flight when the server closes are answered, and let go of their connections", async () => {
  const server = await startTestServer();
  await call("POST", `${server.url}/v1/brains`, { id: "last", ...SMALL_BRAIN });
  let arrived = 0;
  const allArrived = new Promise<void>((resolve) => {
    server.app.server.on("request", () => {
      if (++arrived === 20) resolve();
    });
  });
  const answers = Array.from({ length: 20 }, (_, index) =>
    fetch(`${server.url}/v1/brains/last/learn`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(learnBody(index)),
    }),
  );
  await allArrived;
  await server.close();
  const late = await Promise.all(answers);
  assert.ok(late.every(({ status }) => status === 200 || status === 503));
  assert.equal(late.at(-1)?.headers.get("connection"), "close");
});
