// Rows that a server wrote before brains had a shape are read as what their configuration says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import pg from "pg";
import { encodeSafetensors } from "../../src/tensor/safetensors.ts";
import { type CheckpointAnswer, call, digestOf, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";

test("a brain and a checkpoint from before shapes live on, and can be operated on and restored", async () => {
  const site = await newSite("postgres");
  assert.ok("url" in site.options && site.options.url !== undefined);
  const environment = { DATABASE_URL: site.options.url };
  const before = await startTestServer(environment);
  await call("POST", `${before.url}/v1/brains`, { id: "old", ...SMALL_BRAIN });
  await call("POST", `${before.url}/v1/brains/old/learn`, { inputs: [inputOf(1), inputOf(2)], labels: ["a", "b"] });
  const { id, digest } = await call<CheckpointAnswer>("POST", `${before.url}/v1/brains/old/checkpoints`);
  await before.close();

  const client = new pg.Client({ connectionString: site.options.url });
  await client.connect();
  await client.query("UPDATE brain SET shape = NULL, config = config - 'reward' - 'rejectBelow'");
  await client.query("UPDATE checkpoint SET shape = NULL");
  await client.end();

  const server = await startTestServer(environment);
  try {
    const brain = `${server.url}/v1/brains/old`;
    const { config } = await call<{ config: object }>("GET", brain);
    assert.deepEqual(
      { ...config, ...SMALL_BRAIN.config, reward: { right: 1, wrong: -0.2 }, rejectBelow: null },
      config,
    );
    assert.equal(await digestOf(brain), digest);
    await call("DELETE", `${brain}/layers/1`);
    await call("POST", `${brain}/checkpoints/${id}/restore`);
    assert.deepEqual((await call<{ config: object }>("GET", brain)).config, config);
    assert.equal(await digestOf(brain), digest);
    await call("DELETE", `${brain}/layers/1`);
    await assert.rejects(call("DELETE", `${brain}/layers/0`), { status: 409 });
  } finally {
    await server.close();
    await site.dispose();
  }
});

test("a log that a newer version wrote is told from a damaged one, and nothing of it is lost", async () => {
  const site = await newSite("postgres");
  const url = site.options.url!;
  const server = await startTestServer({ DATABASE_URL: url });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const brain = `${server.url}/v1/brains/future`;
    await call("POST", `${server.url}/v1/brains`, { id: "future", ...SMALL_BRAIN });
    await call("PUT", `${brain}/mode`, { mode: "panic" });
    await call("PUT", `${brain}/mode`, { mode: "plastic" });
    const digest = await digestOf(brain);
    const [old] = (await client.query("SELECT payload, crc32 FROM event WHERE seq = 2")).rows;
    const newer = Buffer.from(encodeSafetensors({}, { format: "99", event: JSON.stringify({ type: "modeChanged" }) }));
    const write = (payload: Buffer, sum: unknown) =>
      client.query("UPDATE event SET payload = $1, crc32 = $2 WHERE seq = 2", [payload, sum]);
    await write(newer, crc32(newer));
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    const question = () => call("POST", `${brain}/predict`, { inputs: [inputOf(1)] });
    await assert.rejects(question, { status: 500, message: /brain-damaged.*event 2.*written by a newer Engram/ });
    const { events } = await call<{ events: { summary: string }[] }>("GET", `${brain}/events`);
    assert.match(events[0]!.summary, /written by a newer Engram/);
    await write(old.payload, old.crc32);
    assert.equal(await digestOf(brain), digest);
  } finally {
    await client.end();
    await server.close();
    await site.dispose();
  }
});
