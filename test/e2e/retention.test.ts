// A past that is older than the days kept goes; the server is killed and comes back; what it says can be had back, can, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { type CheckpointAnswer, call, digestOf, inputOf, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";

type History = {
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly log: { readonly from: number | null; readonly events: number };
};
type Checkpoints = { readonly checkpoints: readonly (CheckpointAnswer & { readonly reason: string })[] };

const learn = (brain: string, index: number) =>
  call<Stamp>("POST", `${brain}/learn`, { inputs: [inputOf(index)], labels: [`class-${index % 5}`] });

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 200, "nothing happened in 20 s");
    await sleep(100);
  }
}

test("an aged past is pruned, and after a kill exactly the states that are covered can be had back", async () => {
  const { options, dispose } = await newSite("postgres");
  const environment = {
    ENGRAM_HOSTS: "1",
    DATABASE_URL: options.url!,
    ENGRAM_CHECKPOINT_EVERY_EVENTS: "6",
    ENGRAM_CHECKPOINT_EVERY_S: "1",
    ENGRAM_HISTORY_DAYS: "2",
  };
  const database = new pg.Client({ connectionString: options.url });
  await database.connect();
  let server = await LocalServer.start(options.dataDir, environment);
  const brain = () => `${server.url}/v1/brains/old`;
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "old", ...SMALL_BRAIN });
    // The digest of every state, each by a checkpoint that goes again at once.
    const digests = [await digestOf(brain())];
    const named: string[] = [];
    for (let index = 1; index <= 40; index++) {
      if (index === 25) await call("POST", `${brain()}/restore`, { seq: 12 });
      else await learn(brain(), index);
      digests.push(await digestOf(brain()));
      if (index === 3)
        named.push((await call<CheckpointAnswer>("POST", `${brain()}/checkpoints`, { name: "asked for" })).id);
      if (index % 10 === 0) {
        await until(async () => {
          const { checkpoints } = await call<Checkpoints>("GET", `${brain()}/checkpoints?limit=200`);
          return checkpoints.some(({ seq, reason }) => reason === "automatic" && seq === index);
        });
      }
    }
    // Ten events a day; the last ones are of today.
    const age = "make_interval(days => (40 - seq)::int / 10, mins => 5)";
    await database.query(`UPDATE event SET created_at = created_at - ${age}`);
    await database.query(`UPDATE checkpoint SET created_at = created_at - ${age}`);
    await server.end("SIGKILL");

    server = await LocalServer.start(options.dataDir, environment);
    await until(async () => ((await call<History>("GET", `${brain()}/history`)).log.from ?? 0) > 1);
    await server.end("SIGKILL");
    server = await LocalServer.start(options.dataDir, environment);
    assert.equal(await digestOf(brain()), digests[40]);

    const { ranges, log } = await call<History>("GET", `${brain()}/history`);
    assert.deepEqual(ranges[0], { ...ranges[0], from: 3, to: 3 }, "what was asked for stays");
    assert.ok(log.from! > 4 && log.from! <= 21, `the log begins with ${log.from}`);
    for (let seq = 0; seq <= 40; seq++) {
      const isCovered = ranges.some(({ from, to }) => from <= seq && seq <= to);
      assert.ok(isCovered || seq < 21, `seq ${seq} is younger than two days`);
      const fork = call<{ id: string }>("POST", `${brain()}/fork`, { id: `fork-${seq}`, seq });
      if (!isCovered) {
        await assert.rejects(fork, { status: 404, message: /state-not-found/ }, `seq ${seq}`);
        continue;
      }
      await fork;
      assert.equal(await digestOf(`${server.url}/v1/brains/fork-${seq}`), digests[seq], `seq ${seq}`);
      await call("DELETE", `${server.url}/v1/brains/fork-${seq}`);
    }
    await call("POST", `${brain()}/checkpoints/${named[0]}/restore`);
    assert.equal(await digestOf(brain()), digests[3]);
  } finally {
    await server.end("SIGKILL");
    await database.end();
    await dispose();
  }
});

test("with no days kept, a brain that learns for long has a short log, and comes back", async () => {
  const server = await startTestServer({ ENGRAM_CHECKPOINT_EVERY_EVENTS: "20", ENGRAM_HISTORY_DAYS: "0" });
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "brief", ...SMALL_BRAIN });
    const brain = `${server.url}/v1/brains/brief`;
    for (let index = 0; index < 200; index++) await learn(brain, index);
    await until(async () => (await call<History>("GET", `${brain}/history`)).log.events <= 60);
    const digest = await digestOf(brain);
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    assert.equal(await digestOf(brain), digest);
    const { checkpoints } = await call<Checkpoints>("GET", `${brain}/checkpoints`);
    assert.equal(checkpoints.length, 2);
    await assert.rejects(call("DELETE", `${brain}/checkpoints/${checkpoints[1]!.id}`), { status: 409 });
    await assert.rejects(call("POST", `${brain}/restore`, { seq: 3 }), { status: 404 });
  } finally {
    await server.close();
  }
});

test("a changed brain gets a checkpoint by time, and one that does not change gets none", async () => {
  const server = await startTestServer({ ENGRAM_CHECKPOINT_EVERY_S: "1" });
  try {
    const brain = `${server.url}/v1/brains/timed`;
    await call("POST", `${server.url}/v1/brains`, { id: "timed", ...SMALL_BRAIN });
    await learn(brain, 1);
    const list = async () => (await call<Checkpoints>("GET", `${brain}/checkpoints`)).checkpoints;
    await until(async () => (await list()).length === 1);
    await sleep(1_500);
    assert.deepEqual(
      (await list()).map(({ seq, reason }) => [seq, reason]),
      [[1, "automatic"]],
    );
    await learn(brain, 2);
    await until(async () => (await list()).length === 2);
  } finally {
    await server.close();
  }
});
