// The past of a brain, as its owner can have it back: every state that was, bit for bit, whatever came after it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import pg from "pg";
import {
  type BrainAnswer,
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
  type Stamp,
} from "../support/client.ts";
import { DATABASE_KINDS, newSite, type Site } from "../support/databases.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const learnBody = (index: number) => ({ inputs: [inputOf(index)], labels: [`class-${index % 9}`] });

for (const kind of DATABASE_KINDS) {
  let site: Site;
  let server: TestServer;
  let brains: string;
  let made = 0;
  before(async () => {
    site = await newSite(kind);
    const database = site.options.url === undefined ? undefined : { DATABASE_URL: site.options.url };
    server = await startTestServer({ ENGRAM_CHECKPOINT_EVERY_EVENTS: "6", ...database });
    brains = `${server.url}/v1/brains`;
  });
  after(async () => {
    await server.close();
    await site.dispose();
  });

  async function newBrain(blueprint: object = SMALL_BRAIN): Promise<string> {
    const id = `traveller-${made++}`;
    await call("POST", brains, { ...blueprint, id });
    return `${brains}/${id}`;
  }

  test(`any state of the past can be had back, by restore and by fork, however often it was left (${kind})`, async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ learn: fc.nat(50) }) },
      fc.record({ mode: fc.constantFrom("plastic", "panic") }),
      fc.constant({ consolidate: true }),
      fc.constant({ checkpoint: true }),
      { weight: 2, arbitrary: fc.record({ restore: fc.nat() }) },
    );
    const blueprint = fc.constantFrom<object>(SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN);
    await fc.assert(
      fc.asyncProperty(blueprint, fc.array(step, { minLength: 5, maxLength: 16 }), async (made, steps) => {
        const brain = await newBrain(made);
        const digests = [await digestOf(brain)];
        for (const wish of steps) {
          const { length } = digests;
          if ("learn" in wish) await call("POST", `${brain}/learn`, learnBody(wish.learn));
          else if ("mode" in wish) await call("PUT", `${brain}/mode`, wish);
          else if ("consolidate" in wish) await call("POST", `${brain}/consolidate`);
          else if ("checkpoint" in wish) await call("POST", `${brain}/checkpoints`);
          else {
            const seq = wish.restore % length;
            const answer = await call<Stamp>("POST", `${brain}/restore`, { seq });
            assert.equal(answer.seq, length);
            assert.equal(await digestOf(brain), digests[seq]);
          }
          if (!("checkpoint" in wish)) digests.push(await digestOf(brain));
        }
        for (const [seq, digest] of digests.entries()) {
          const fork = await call<BrainAnswer & { id: string }>("POST", `${brain}/fork`, { seq });
          assert.equal(fork.seq, seq);
          assert.equal(await digestOf(`${brains}/${fork.id}`), digest, `state ${seq} of ${digests.length}`);
          await call("DELETE", `${brains}/${fork.id}`);
        }
        assert.equal(await digestOf(brain), digests.at(-1), "the brain itself did not notice");
      }),
      { numRuns: 4 },
    );
  });

  test(`a fork and its source go their own ways, and what both learn makes them alike again (${kind})`, async () => {
    const brain = await newBrain();
    for (let index = 0; index < 10; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const { id } = await call<{ id: string }>("POST", `${brain}/fork`, { name: "Twin", tags: { of: "b" } });
    const twin = `${brains}/${id}`;
    const { origin, seq, step } = await call<BrainAnswer & { origin: object }>("GET", twin);
    assert.deepEqual([origin, seq, step], [{ by: "fork", brain: brain.split("/").at(-1), seq: 10 }, 10, 10]);
    await call("POST", `${brain}/learn`, learnBody(10));
    assert.notEqual(await digestOf(brain), await digestOf(twin));
    await call("POST", `${twin}/learn`, learnBody(10));
    assert.equal(await digestOf(brain), await digestOf(twin));
    await call("DELETE", brain);
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    assert.equal((await call<Stamp>("POST", `${twin}/learn`, learnBody(11))).seq, 12);
  });

  test(`a brain serves while a state of its past is brought back (${kind})`, async () => {
    const brain = await newBrain();
    for (let index = 0; index < 20; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const [fork, ...answers] = await Promise.all([
      call<Stamp & { id: string }>("POST", `${brain}/fork`, { seq: 17 }),
      ...Array.from({ length: 10 }, (_, index) => call<Stamp>("POST", `${brain}/learn`, learnBody(index))),
    ]);
    assert.equal(fork.seq, 17);
    assert.deepEqual(
      answers.map(({ seq }) => seq).sort((a, b) => a - b),
      answers.map((_, index) => 21 + index),
    );
  });

  test(`a brain that is deleted while its past is brought back is not found (${kind})`, async () => {
    for (let round = 0; round < 16; round++) {
      const brain = await newBrain();
      for (let index = 0; index < 4; index++) await call("POST", `${brain}/learn`, learnBody(index));
      const travels = [
        call("POST", `${brain}/restore`, { seq: 2 }),
        call("POST", `${brain}/fork`, { seq: 3 }),
        call("POST", `${brain}/compare`, { from: 1 }),
      ];
      const ended = Promise.allSettled(travels);
      await sleep(2 * round);
      await call("DELETE", brain);
      for (const travel of await ended) {
        if (travel.status === "rejected") assert.equal(travel.reason.status, 404, String(travel.reason));
      }
    }
  });

  test(`a restore can be undone (${kind})`, async () => {
    const brain = await newBrain();
    for (let index = 0; index < 8; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const before = await digestOf(brain);
    await call("POST", `${brain}/restore`, { seq: 3 });
    await call("POST", `${brain}/restore`, { seq: 8 });
    assert.equal(await digestOf(brain), before);
  });
}

test("a damaged checkpoint is refused before anything changes, and a restore by seq goes around it", async () => {
  const { options, dispose } = await newSite("postgres");
  const server = await startTestServer({ DATABASE_URL: options.url! });
  const database = new pg.Client({ connectionString: options.url });
  await database.connect();
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "scratched", ...SMALL_BRAIN });
    const brain = `${server.url}/v1/brains/scratched`;
    for (let index = 0; index < 4; index++) await call("POST", `${brain}/learn`, learnBody(index));
    const { id, digest } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
    await call("POST", `${brain}/learn`, learnBody(5));
    await database.query("UPDATE chunk SET data = decode('00', 'hex')");
    const restored = call("POST", `${brain}/checkpoints/${id}/restore`);
    await assert.rejects(restored, { status: 409, message: /checkpoint-damaged/ });
    assert.equal((await call<Stamp>("GET", brain)).seq, 5);
    assert.equal((await call<Stamp>("POST", `${brain}/restore`, { seq: 4 })).seq, 6);
    assert.equal(await digestOf(brain), digest);
  } finally {
    await database.end();
    await server.close();
    await dispose();
  }
});
