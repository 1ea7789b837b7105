// Nothing acknowledged is ever lost: real processes, killed without warning in the middle of learning, on both databases.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { type BrainAnswer, call, digestOf, inputOf, Refused, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";

const ROUNDS = 3;
const LEARNERS = 4;

for (const kind of DATABASE_KINDS) {
  test(`kill -9 in a stream of learn calls loses none that was acknowledged (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const environment = {
      ENGRAM_HOSTS: "1",
      ENGRAM_LOG_LEVEL: "info",
      ...(options.url && { DATABASE_URL: options.url }),
    };
    const start = () => LocalServer.start(options.dataDir, environment);
    let server = await start();
    try {
      await call("POST", `${server.url}/v1/brains`, { id: "survivor", ...SMALL_BRAIN });
      const acknowledged = new Map<number, string>();
      let next = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const url = `${server.url}/v1/brains/survivor`;
        const learners = Array.from({ length: LEARNERS }, async () => {
          for (;;) {
            const index = next++;
            const label = `class-${index}`;
            const body = { inputs: [inputOf(index)], labels: [label] };
            const { seq } = await call<Stamp>("POST", `${url}/learn`, body);
            assert.ok(!acknowledged.has(seq), `seq ${seq} was given twice`);
            acknowledged.set(seq, label);
          }
        });
        const ended = Promise.allSettled(learners);
        await sleep(150 + Math.random() * 250);
        await server.end("SIGKILL");
        for (const learner of await ended) {
          assert.ok(
            learner.status === "rejected" &&
              !(learner.reason instanceof Refused || learner.reason instanceof assert.AssertionError),
            String(learner.status === "rejected" && learner.reason),
          );
        }
        server = await start();
        const { seq, step, labels } = await call<BrainAnswer>("GET", `${server.url}/v1/brains/survivor`);
        const last = Math.max(...acknowledged.keys());
        assert.ok(seq >= last, `seq ${seq} is behind ${last}, which was acknowledged`);
        assert.equal(step, seq);
        // Each call taught one class of its own, so the class at index seq − 1 is what event `seq` taught.
        for (const [at, label] of acknowledged) assert.equal(labels[at - 1], label);
        assert.equal(new Set(labels).size, seq);
        const { seq: continued } = await call<Stamp>("POST", `${server.url}/v1/brains/survivor/learn`, {
          inputs: [inputOf(next)],
          labels: [`class-${next}`],
        });
        acknowledged.set(continued, `class-${next++}`);
        assert.equal(continued, seq + 1);
      }
      assert.ok(acknowledged.size > ROUNDS * LEARNERS, `only ${acknowledged.size} calls were acknowledged`);
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}

test("a brain brought back by replaying its events is bit for bit the brain that lived through them", async () => {
  const { options, dispose } = await newSite("embedded");
  let server = await LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1" });
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "twice", ...SMALL_BRAIN });
    const brain = () => `${server.url}/v1/brains/twice`;
    for (let index = 0; index < 60; index++) {
      const inputs = [inputOf(index), inputOf(index + 1000)];
      await call("POST", `${brain()}/learn`, { inputs, labels: [`class-${index % 7}`, `class-${index % 3}`] });
      await call("POST", `${brain()}/predict`, { inputs: [inputOf(index + 0.5)] });
      if (index === 30) await call("POST", `${brain()}/consolidate`);
      if (index === 40) await call("PUT", `${brain()}/mode`, { mode: "panic" });
    }
    const lived = await digestOf(brain());
    await server.end("SIGKILL");
    server = await LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1" });
    assert.equal(await digestOf(brain()), lived);
  } finally {
    await server.end("SIGKILL");
    await dispose();
  }
});

test("SIGTERM stops a server cleanly: exit code 0, and the last state is in a checkpoint", async () => {
  const { options, dispose } = await newSite("embedded");
  let server = await LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1" });
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "tidy", ...SMALL_BRAIN });
    const { seq } = await call<Stamp>("POST", `${server.url}/v1/brains/tidy/learn`, {
      inputs: [inputOf(1)],
      labels: ["a"],
    });
    assert.equal(await server.end("SIGTERM"), 0);
    server = await LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1" });
    const { checkpoints } = await call<{ checkpoints: { seq: number; reason: string }[] }>(
      "GET",
      `${server.url}/v1/brains/tidy/checkpoints`,
    );
    assert.deepEqual(
      checkpoints.map(({ seq, reason }) => ({ seq, reason })),
      [{ seq, reason: "automatic" }],
    );
  } finally {
    await server.end("SIGKILL");
    await dispose();
  }
});
