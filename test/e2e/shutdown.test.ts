// Stopping: what is in flight is answered, nothing holds it up for longer than it is given, and nothing acknowledged is lost.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { ServerProcess } from "../crash/server-process.ts";
import { type BrainAnswer, call, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { holdCall } from "../support/held-call.ts";

/** Far more than any of this takes: the machine may be busy. */
const SLACK_MS = 20_000;
const LESSON = JSON.stringify({ inputs: [inputOf(1)], labels: ["a"] });

let dataDir: string;
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "engram-test-"));
});
after(() => rm(dataDir, { recursive: true, force: true }));

/** Runs `use` with a server on the same folder each time; it is gone afterwards. */
async function withServer(
  environment: Record<string, string>,
  use: (server: ServerProcess, brains: string) => Promise<void>,
): Promise<void> {
  const server = new ServerProcess({ ENGRAM_DATA_DIR: dataDir, ENGRAM_HOSTS: "1", ...environment });
  try {
    await use(server, `${await server.listening()}/v1/brains`);
  } finally {
    await server.kill();
  }
}

/** Waits for the end. @returns the exit code, and the log's messages */
async function ended(server: ServerProcess) {
  const isInTime = await Promise.race([server.ended.then(() => true), sleep(SLACK_MS, false, { ref: false })]);
  assert.ok(isInTime, "it did not end");
  return { code: server.exitCode, messages: server.log.map(({ msg }) => msg) };
}

test("SIGTERM: calls in flight are answered, new ones refused, streams end with 1001, and it exits with 0", () =>
  withServer({}, async (server, brains) => {
    await call("POST", brains, { id: "last", ...SMALL_BRAIN });
    const held = await Promise.all([1, 2, 3].map(() => holdCall(`${brains}/last/learn`, LESSON)));
    const stream = new WebSocket(`${brains.replace("http", "ws").replace("/brains", "/stream")}`);
    await once(stream, "open");
    const closed = once(stream, "close");
    server.signal("SIGTERM");
    const [code] = await closed;
    assert.equal(code, 1001);
    const late = await fetch(brains).then(
      ({ status }) => status,
      () => "refused",
    );
    assert.ok(late === 503 || late === "refused", String(late));
    assert.deepEqual(await Promise.all(held.map((call) => call.finish())), [200, 200, 200]);
    const end = await ended(server);
    assert.equal(end.code, 0, end.messages.join("\n"));
    assert.deepEqual(end.messages.slice(-1), ["stopped"]);
  }));

test("a host that hangs does not hold it up: calls are told, exit code 0 in time, and the next start has everything", async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `brain-${index}`);
  await withServer({ ENGRAM_SHUTDOWN_TIMEOUT_MS: "2000" }, async (server, brains) => {
    assert.equal((await call<BrainAnswer>("GET", `${brains}/last`)).seq, 3);
    for (const id of ids) {
      await call("POST", brains, { id, ...SMALL_BRAIN });
      await call("POST", `${brains}/${id}/learn`, JSON.parse(LESSON));
    }
    process.kill(server.hosts[0]!, "SIGSTOP");
    const waiting = fetch(`${brains}/brain-0/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inputs: [inputOf(1)] }),
    });
    await sleep(200);
    server.signal("SIGTERM");
    const answer = await waiting;
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /"type":"\/problems\/shutting-down"/);
    const end = await ended(server);
    assert.equal(end.code, 0, end.messages.join("\n"));
    const unsaved = server.log.filter(({ msg }) => msg.startsWith("not every brain has a checkpoint"));
    assert.deepEqual(
      unsaved.map(({ count }) => count),
      [ids.length],
    );
  });
  await withServer({}, async (server, brains) => {
    for (const id of ids) assert.equal((await call<BrainAnswer>("GET", `${brains}/${id}`)).step, 1);
    await call("POST", `${brains}/brain-3/learn`, JSON.parse(LESSON));
    server.signal("SIGTERM");
    assert.equal((await ended(server)).code, 0);
  });
});

test("a second signal ends it at once", () =>
  withServer({ ENGRAM_SHUTDOWN_TIMEOUT_MS: "600000" }, async (server, brains) => {
    await holdCall(`${brains}/last/learn`, LESSON);
    server.signal("SIGTERM");
    await server.logs(({ msg }) => msg === "stopping");
    server.signal("SIGINT");
    assert.equal((await ended(server)).code, 1);
  }));

test("a signal while it starts ends it with 0, whenever it comes, and the next start is sound", async () => {
  for (const moment of ["starting", "host ready"]) {
    const server = new ServerProcess({ ENGRAM_DATA_DIR: dataDir, ENGRAM_HOSTS: "1" });
    try {
      await server.logs(({ msg }) => msg === moment);
      server.signal("SIGTERM");
      assert.equal((await ended(server)).code, 0);
    } finally {
      await server.kill();
    }
  }
  await withServer({}, async (_server, brains) => {
    assert.equal((await call<BrainAnswer>("GET", `${brains}/last`)).seq, 3);
  });
});
