// More brains than memory: all answer, whatever leaves and comes back; nothing that was acknowledged is lost, and no state changes by it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { call, digestOf, inputOf, type PredictAnswer, Refused, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";

type Listed = { readonly id: string; readonly seq: number; readonly status: string };
type Checkpoints = { readonly checkpoints: readonly { readonly seq: number; readonly reason: string }[] };

/** Calls `work` for 0 to `count`, `atOnce` at a time. */
async function each(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const brainOf = (index: number) => ({
  id: `b${index}`,
  ...SMALL_BRAIN,
  config: { ...SMALL_BRAIN.config, seed: index },
});

const learn = (brain: string, index: number, label = `class-${index % 5}`) =>
  call<Stamp>("POST", `${brain}/learn`, { inputs: [inputOf(index)], labels: [label] });

const statusesOf = async (brains: string) => {
  const listed = await call<{ brains: readonly Listed[] }>("GET", `${brains}?limit=200`);
  return listed.brains.map(({ status }) => status);
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 400, "nothing happened in 20 s");
    await sleep(50);
  }
}

for (const kind of DATABASE_KINDS) {
  test(`of many brains a few fit the budget, and all of them answer as if all did (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const url = options.url && { DATABASE_URL: options.url };
    // A small brain counts for a megabyte.
    const server = await startTestServer({ ENGRAM_MEMORY_BUDGET_MB: "8", ENGRAM_HOSTS: "2", ...url });
    const brains = `${server.url}/v1/brains`;
    const count = 20;
    try {
      const digests: string[] = [];
      await each(count, 8, async (index) => {
        const { status } = await call<Listed>("POST", brains, brainOf(index));
        assert.ok(status === "resident" || status === "stored", status);
        await learn(`${brains}/b${index}`, index, `of-${index}`);
        if (index % 10 === 0) digests[index] = await digestOf(`${brains}/b${index}`);
      });
      for (let round = 0; round < 2; round++) {
        await each(count, 8, async (index) => {
          const answer = await call<PredictAnswer>("POST", `${brains}/b${index}/predict`, { inputs: [inputOf(index)] });
          assert.deepEqual([answer.predictions[0]?.label, answer.seq], [`of-${index}`, 1]);
        });
      }
      const statuses = await statusesOf(brains);
      const resident = statuses.filter((status) => status !== "stored").length;
      assert.ok(resident > 0 && resident <= 8, `${resident} brains are in memory`);
      await each(count / 10, 2, async (index) => {
        assert.equal(await digestOf(`${brains}/b${10 * index}`), digests[10 * index], `b${10 * index}`);
      });
    } finally {
      await server.close();
      await dispose();
    }
  });
}

test("a brain that nobody uses is checkpointed and leaves memory; the next call brings it back", async () => {
  const server = await startTestServer({ ENGRAM_IDLE_EVICT_MS: "200" });
  const brain = `${server.url}/v1/brains/idle`;
  const statusIs = async (wanted: string) => (await call<Listed>("GET", brain)).status === wanted;
  try {
    const created = await call<Listed>("POST", `${server.url}/v1/brains`, { id: "idle", ...SMALL_BRAIN });
    assert.equal(created.status, "resident");
    await learn(brain, 1, "one");
    assert.ok(await statusIs("resident"));
    await until(() => statusIs("stored"));
    const { checkpoints } = await call<Checkpoints>("GET", `${brain}/checkpoints`);
    assert.deepEqual(
      checkpoints.map(({ seq, reason }) => [seq, reason]),
      [[1, "automatic"]],
    );
    const answer = await call<PredictAnswer>("POST", `${brain}/predict`, { inputs: [inputOf(1)] });
    assert.deepEqual([answer.predictions[0]?.label, answer.seq], ["one", 1]);
    assert.ok(await statusIs("resident"));
    await until(() => statusIs("stored"));
    // Nothing is new: nothing is written.
    assert.equal((await call<Checkpoints>("GET", `${brain}/checkpoints`)).checkpoints.length, 1);
    await call("POST", `${brain}/checkpoints`);
    assert.ok(await statusIs("resident"));
  } finally {
    await server.close();
  }
});

test("learning and predicting race with leaving: each lesson that was answered counts once, and no seq comes twice", async () => {
  const server = await startTestServer({ ENGRAM_IDLE_EVICT_MS: "4", ENGRAM_HOSTS: "2" });
  const brains = `${server.url}/v1/brains`;
  try {
    const lessons = new Map<string, number[]>();
    const seen = new Set<string>();
    await each(6, 6, async (index) => {
      const { id } = brainOf(index);
      const seqs: number[] = [];
      lessons.set(id, seqs);
      await call("POST", brains, brainOf(index));
      for (let lesson = 0; lesson < 12; lesson++) {
        const two = [learn(`${brains}/${id}`, lesson), learn(`${brains}/${id}`, lesson + 100)];
        const predicted = call<PredictAnswer>("POST", `${brains}/${id}/predict`, { inputs: [inputOf(lesson)] });
        for (const { seq } of await Promise.all(two)) seqs.push(seq);
        assert.ok((await predicted).seq >= 2 * lesson);
        seen.add((await call<Listed>("GET", `${brains}/${id}`)).status);
        await sleep((lesson * 7) % 40);
      }
    });
    for (const [id, seqs] of lessons) {
      assert.deepEqual(
        seqs.sort((a, b) => a - b),
        Array.from({ length: 24 }, (_, index) => index + 1),
      );
      const { step, seq } = await call<Stamp>("GET", `${brains}/${id}`);
      assert.deepEqual([step, seq], [24, 24]);
    }
    assert.ok(seen.has("resident"));
    await until(async () => (await statusesOf(brains)).every((status) => status === "stored"));
  } finally {
    await server.close();
  }
});

test("brains that are called without a pause, and more than fit, all have their turn", async () => {
  const server = await startTestServer({ ENGRAM_MEMORY_BUDGET_MB: "5" });
  const brains = `${server.url}/v1/brains`;
  try {
    const counts = new Array<number>(9).fill(0);
    const isOver = () => counts.every((count) => count >= 10);
    await each(counts.length, counts.length, async (index) => {
      await call("POST", brains, brainOf(index));
      while (!isOver()) {
        const { seq } = await learn(`${brains}/b${index}`, index);
        assert.equal(seq, ++counts[index]!);
      }
    });
  } finally {
    await server.close();
  }
});

test("hosts that are killed while brains come and go lose nothing", async () => {
  const server = await startTestServer({ ENGRAM_MEMORY_BUDGET_MB: "6", ENGRAM_IDLE_EVICT_MS: "20", ENGRAM_HOSTS: "2" });
  const brains = `${server.url}/v1/brains`;
  const count = 16;
  const taught = new Array<number>(count).fill(0);
  let isOver = false;
  let kills = 0;
  const killer = (async () => {
    while (!isOver) {
      await sleep(50);
      const host = server.hosts.hosts[kills % 2];
      const areUp = server.hosts.hosts.every(({ isUp }) => isUp);
      if (!areUp || host?.pid === undefined) continue;
      await sleep(Math.random() * 400);
      try {
        process.kill(host.pid, "SIGKILL");
      } catch {
        continue; // it is dead, and the server has not noticed yet
      }
      kills++;
    }
  })();
  try {
    await each(count, 8, async (index) => {
      await call("POST", brains, brainOf(index));
    });
    await each(count * 6, 8, async (turn) => {
      const index = turn % count;
      try {
        await learn(`${brains}/b${index}`, turn);
        taught[index]!++;
      } catch (error) {
        // Too many hosts died under it, or all brains waited for a host: nothing was done, or it is said.
        if (!(error instanceof Refused && [429, 503].includes(error.status))) throw error;
        if (error.problem.type === "/problems/change-kept") taught[index]!++;
      }
    });
    isOver = true;
    await killer;
    assert.ok(kills > 1);
    await each(count, 4, async (index) => {
      await call("POST", `${brains}/b${index}/predict`, { inputs: [inputOf(1)] });
      const { step } = await call<Stamp>("GET", `${brains}/b${index}`);
      assert.equal(step, taught[index], `b${index}`);
    });
  } finally {
    isOver = true;
    await killer;
    await server.close();
  }
});

test("a server that is killed while brains come and go keeps all that it acknowledged", async () => {
  const { options, dispose } = await newSite("embedded");
  const environment = { ENGRAM_HOSTS: "1", ENGRAM_MEMORY_BUDGET_MB: "5", ENGRAM_IDLE_EVICT_MS: "10" };
  let server = await LocalServer.start(options.dataDir, environment);
  const count = 12;
  const acknowledged = new Array<number>(count).fill(0);
  try {
    await each(count, 4, async (index) => {
      await call("POST", `${server.url}/v1/brains`, brainOf(index));
    });
    for (let round = 0; round < 2; round++) {
      const brains = `${server.url}/v1/brains`;
      const learners = Array.from({ length: count }, async (_, index) => {
        for (let lesson = 0; ; lesson++) {
          const { seq } = await learn(`${brains}/b${index}`, lesson);
          assert.ok(seq > acknowledged[index]!, `seq ${seq} was given twice`);
          acknowledged[index] = seq;
        }
      });
      const ended = Promise.allSettled(learners);
      await sleep(600 + Math.random() * 600);
      await server.end("SIGKILL");
      for (const learner of await ended) {
        const reason = learner.status === "rejected" ? learner.reason : "ended";
        assert.ok(reason instanceof TypeError, String(reason)); // `fetch` failed
      }
      server = await LocalServer.start(options.dataDir, environment);
      await each(count, 4, async (index) => {
        const brain = `${server.url}/v1/brains/b${index}`;
        const { seq, step } = await call<PredictAnswer>("POST", `${brain}/predict`, { inputs: [inputOf(1)] });
        assert.ok(seq >= acknowledged[index]!, `b${index} is at ${seq}, ${acknowledged[index]} was acknowledged`);
        assert.equal(step, seq);
        acknowledged[index] = seq;
      });
    }
    // How many get a turn before the kill is up to the machine.
    assert.ok(acknowledged.filter((seq) => seq > 0).length > 1, acknowledged.join());
  } finally {
    await server.end("SIGKILL");
    await dispose();
  }
});
