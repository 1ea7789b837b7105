// A curriculum is what its calls by hand would be, whatever comes between: other work, a cancellation, a kill, the end of the brain.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import type { CurriculumHistory, CurriculumInfo } from "../../src/curricula/api.ts";
import { type BrainAnswer, call, digestOf, inputOf, type PredictAnswer, SMALL_BRAIN } from "../support/client.ts";
import { CLASSES, ended, putRows, type Row, start, teach, until } from "../support/curricula.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";
import { serverPerDatabase } from "../support/server-per-database.ts";

const FIRST = { name: "first", epochs: 2, batchSize: 7, order: "stored", mode: "panic", consolidate: true } as const;
const SECOND = { name: "second", classes: ["bee"], batchSize: 5, order: "stored", task: false } as const;
const planOf = (dataset: string) => ({
  name: "Two",
  phases: [
    { ...FIRST, dataset, evaluateEvery: 10 },
    { ...SECOND, dataset },
  ],
  evaluations: [{ name: "all", dataset }],
});

/** The same by hand. */
async function byHand(brains: string, id: string, rows: readonly Row[]): Promise<string> {
  await call("POST", brains, { id, ...SMALL_BRAIN });
  const brain = `${brains}/${id}`;
  await call("POST", `${brain}/tasks`, { name: FIRST.name });
  await call("PUT", `${brain}/mode`, { mode: FIRST.mode });
  await teach(brain, rows, FIRST);
  await call("POST", `${brain}/consolidate`);
  await teach(
    brain,
    rows.filter(({ label }) => label === "bee"),
    SECOND,
  );
  await call("PUT", `${brain}/mode`, { mode: "plastic" });
  return digestOf(brain);
}

/** Fails unless the history has each step of the two phases once, in order, and what is to be measured is there. */
function assertWhole(history: CurriculumHistory, steps: readonly number[]): void {
  const total = steps.reduce((sum, count) => sum + count, 0);
  const counting = Array.from({ length: total }, (_, index) => index);
  assert.deepEqual(history.index, counting);
  assert.deepEqual(
    history.step,
    steps.flatMap((count) => counting.slice(0, count)),
  );
  assert.deepEqual(
    history.phase,
    steps.flatMap((count, phase) => Array.from({ length: count }, () => phase)),
  );
  for (const [place, seq] of history.seq.entries()) assert.ok(place === 0 || seq > history.seq[place - 1]!);
  for (const name of ["accuracy", "reward", "recycled", "stored"])
    assert.ok(history.numbers[name]?.every((value) => value !== null));
  const judged = history.numbers["evaluation.all"]!.flatMap((value, index) => (value === null ? [] : [index]));
  const everyTen = counting.filter((index) => index < steps[0]! && (index + 1) % 10 === 0);
  const ends = steps.map((_, phase) => steps.slice(0, phase + 1).reduce((sum, count) => sum + count, 0) - 1);
  assert.deepEqual(
    judged,
    [...new Set([...everyTen, ...ends])].sort((a, b) => a - b),
  );
}

/** How many run on the server, as it tells Prometheus. */
async function running(server: string): Promise<number> {
  const text = await (await fetch(`${server}/metrics`)).text();
  return Number(/engram_curricula\{state="running"\} (\d+)/.exec(text)?.[1]);
}

describe("curricula", () => {
  const at = serverPerDatabase({});

  for (const kind of DATABASE_KINDS) {
    test(`a curriculum leaves the brain that the same calls by hand leave, bit for bit (${kind})`, async () => {
      const { server, brains } = at(kind);
      const rows = await putRows(server.url, "exact", 150);
      const wanted = await byHand(brains, "hand", rows);
      await call("POST", brains, { id: "job", ...SMALL_BRAIN });
      const brain = `${brains}/job`;
      const { id } = await start(brain, planOf("exact"));
      // Predictions are answered meanwhile.
      let answers = 0;
      const isOver = ended(brain, id).then(() => true);
      while (!(await Promise.race([isOver, sleep(20, false)]))) {
        const { predictions } = await call<PredictAnswer>("POST", `${brain}/predict`, { inputs: [inputOf(1)] });
        answers += predictions.length;
      }
      assert.ok(answers > 0);
      const info = await ended(brain, id);
      assert.deepEqual([info.state, info.error, info.progress.phase], ["completed", null, null]);
      assert.equal(await digestOf(brain), wanted);
      const { mode } = await call<BrainAnswer>("GET", brain);
      assert.equal(mode, "plastic");
      assertWhole(await call("GET", `${brain}/curricula/${id}/history`), [44, 10]);
      const [first, second] = info.phases;
      assert.deepEqual([first?.fromSeq, first?.toSeq, second?.fromSeq, second?.toSeq], [0, 47, 47, 57]);
      assert.deepEqual([first?.samples, second?.samples], [300, 50]);
      assert.equal(first?.summary["evaluation.all"]?.initial, 0);
      assert.equal(second?.summary["evaluation.all"]?.initial, first?.summary["evaluation.all"]?.final);
    });

    test(`cancelled at a step and resumed, it is the same as if it never had been (${kind})`, async () => {
      const { server, brains } = at(kind);
      const rows = await putRows(server.url, "long", 240);
      await call("POST", brains, { id: "whole", ...SMALL_BRAIN });
      await call("POST", `${brains}/whole/tasks`, { name: "long" });
      await teach(`${brains}/whole`, rows, { batchSize: 2 });
      await call("POST", brains, { id: "parts", ...SMALL_BRAIN });
      const brain = `${brains}/parts`;
      const phases = [{ name: "long", dataset: "long", batchSize: 2, order: "stored" }];
      const [one, two] = [await start(brain, { phases }), await start(brain, { phases })];
      assert.deepEqual([two.state, two.progress.waiting], ["queued", "turn"]);
      // One that waits ends at once, and the one before it does not notice.
      const never = await call<CurriculumInfo>("POST", `${brain}/curricula/${two.id}/cancel`);
      assert.deepEqual([never.state, never.startedAt, never.progress.done], ["cancelled", null, 0]);
      await until(brain, one.id, ({ progress }) => progress.done >= 20);
      const cancelled = await call<CurriculumInfo>("POST", `${brain}/curricula/${one.id}/cancel`);
      assert.deepEqual([cancelled.state, cancelled.phases[0]?.state], ["cancelled", "cancelled"]);
      const { done } = cancelled.progress;
      assert.ok(done >= 20 && done < 120);
      const { seq } = await call<BrainAnswer>("GET", brain);
      assert.equal(seq, done + 1);
      assert.equal(cancelled.phases[0]?.toSeq, seq);
      const history = () => call<CurriculumHistory>("GET", `${brain}/curricula/${one.id}/history`);
      assert.equal((await history()).index.length, done);
      const resume = () => call("POST", `${brain}/curricula/${one.id}/resume`);
      const refused = { status: 409, message: /curriculum-not-resumable/ };
      await call("DELETE", `${server.url}/v1/datasets/long`);
      await assert.rejects(resume(), refused);
      await putRows(server.url, "long", 239);
      await assert.rejects(resume(), refused);
      assert.equal((await call<CurriculumInfo>("GET", `${brain}/curricula/${one.id}`)).state, "cancelled");
      await call("DELETE", `${server.url}/v1/datasets/long`);
      await putRows(server.url, "long", 240);
      await resume();
      assert.equal((await ended(brain, one.id)).state, "completed");
      assert.equal((await history()).index.length, 120);
      assert.equal(await digestOf(brain), await digestOf(`${brains}/whole`));
    });

    test(`stopped while it evaluates, it has each evaluation on the line of its step (${kind})`, async () => {
      const { server, brains } = at(kind);
      await putRows(server.url, "judged", 600);
      await call("POST", brains, { id: "judged", ...SMALL_BRAIN });
      const brain = `${brains}/judged`;
      const names = ["a", "b", "c", "d"];
      // Nearly all of its time it evaluates.
      const { id } = await start(brain, {
        phases: [{ name: "one", dataset: "judged", samplesPerClass: 4, batchSize: 2, evaluateEvery: 1 }],
        evaluations: names.map((name) => ({ name, dataset: "judged" })),
      });
      for (const least of [1, 3, 5]) {
        await until(brain, id, ({ progress: { done } }) => done >= least);
        await call("POST", `${brain}/curricula/${id}/cancel`);
        await call("POST", `${brain}/curricula/${id}/resume`);
      }
      assert.equal((await ended(brain, id)).state, "completed");
      const { numbers } = await call<CurriculumHistory>("GET", `${brain}/curricula/${id}/history`);
      for (const name of [...names.map((set) => `evaluation.${set}`), "accuracy", "stored"]) {
        assert.equal(numbers[name]?.length, 6);
        assert.ok(
          numbers[name]?.every((value) => value !== null),
          `${name}: ${numbers[name]}`,
        );
      }
    });

    test(`a dataset is deleted before a curriculum that needs it begins, or not at all (${kind})`, async () => {
      const { server, brains } = at(kind);
      await call("POST", brains, { id: "raced", ...SMALL_BRAIN });
      const brain = `${brains}/raced`;
      const ask = (method: string, url: string, body?: object) =>
        fetch(url, {
          method,
          ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
        });
      const phases = [{ name: "one", dataset: "raced", batchSize: 1, epochs: 1000 }];
      for (let round = 0; round < 8; round++) {
        await putRows(server.url, "raced", 30);
        const remove = async () => {
          await sleep(round);
          return ask("DELETE", `${server.url}/v1/datasets/raced`);
        };
        const [begun, removed] = await Promise.all([ask("POST", `${brain}/curricula`, { phases }), remove()]);
        const [{ id }, told] = [(await begun.json()) as CurriculumInfo, await removed.text()];
        if (begun.status === 422) {
          assert.equal(removed.status, 204);
          continue;
        }
        assert.deepEqual([begun.status, removed.status], [202, 409], told);
        const { error } = await call<CurriculumInfo>("POST", `${brain}/curricula/${id}/cancel`);
        assert.equal(error, null);
        // And when it is to go on.
        const [resumed, gone] = await Promise.all([ask("POST", `${brain}/curricula/${id}/resume`), remove()]);
        assert.deepEqual([resumed.status, gone.status].sort(), resumed.ok ? [202, 409] : [204, 409]);
        if (resumed.ok) await call("POST", `${brain}/curricula/${id}/cancel`);
      }
    });

    test(`curricula of one brain run one after the other, in the order of their creation (${kind})`, async () => {
      const { server, brains } = at(kind);
      await putRows(server.url, "order", 60);
      await call("POST", brains, { id: "ordered", ...SMALL_BRAIN });
      const brain = `${brains}/ordered`;
      const phases = [{ name: "one", dataset: "order", batchSize: 6 }];
      const jobs = [await start(brain, { phases }), await start(brain, { phases }), await start(brain, { phases })];
      const ends = await Promise.all(jobs.map(({ id }) => ended(brain, id)));
      const ranges = ends.map(({ phases: [phase] }) => [phase?.fromSeq, phase?.toSeq]);
      assert.deepEqual(ranges, [
        [0, 11],
        [11, 22],
        [22, 33],
      ]);
      const { curricula } = await call<{ curricula: CurriculumInfo[] }>("GET", `${brain}/curricula?state=completed`);
      assert.deepEqual(
        curricula.map(({ id }) => id),
        jobs.map(({ id }) => id).reverse(),
      );
    });

    test(`a brain takes its curricula with it, and a later one of its id is not taught (${kind})`, async () => {
      const { server, brains } = at(kind);
      await putRows(server.url, "short-lived", 600);
      await call("POST", brains, { id: "mortal", ...SMALL_BRAIN });
      const brain = `${brains}/mortal`;
      const { id } = await start(brain, {
        phases: [{ name: "one", dataset: "short-lived", batchSize: 1 }],
        evaluations: [{ name: "all", dataset: "short-lived" }],
      });
      await until(brain, id, ({ progress }) => progress.done >= 5);
      const held = await fetch(`${server.url}/v1/datasets/short-lived`, { method: "DELETE" });
      assert.equal(held.status, 409);
      assert.match(await held.text(), /dataset-in-use/);
      await call("DELETE", brain);
      await call("POST", brains, { id: "mortal", ...SMALL_BRAIN });
      const { status } = await fetch(`${brain}/curricula/${id}`);
      assert.equal(status, 404);
      while ((await running(server.url)) > 0) await sleep(10);
      assert.equal((await call<BrainAnswer>("GET", brain)).seq, 0);
      const { curricula } = await call<{ curricula: unknown[] }>("GET", `${brain}/curricula`);
      assert.deepEqual(curricula, []);
      await call("DELETE", `${server.url}/v1/datasets/short-lived`);
    });
  }
});

for (const kind of DATABASE_KINDS) {
  test(`killed and stopped again and again, it learns nothing twice and leaves nothing out (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const environment = { ENGRAM_HOSTS: "1", ...(options.url && { DATABASE_URL: options.url }) };
    let server = await LocalServer.start(options.dataDir, environment);
    try {
      const rows = await putRows(server.url, "rows", 240);
      const brains = () => `${server.url}/v1/brains`;
      const plan = {
        phases: [
          { ...FIRST, dataset: "rows", batchSize: 3, evaluateEvery: 10 },
          { ...SECOND, dataset: "rows", batchSize: 3 },
        ],
        evaluations: [{ name: "all", dataset: "rows", samplesPerClass: 5 }],
      };
      await call("POST", brains(), { id: "killed", ...SMALL_BRAIN });
      const { id } = await start(`${brains()}/killed`, plan);
      const kills: number[] = [];
      // One of them is a stop: what is under way is written down then.
      for (const [least, signal] of [
        [12, "SIGKILL"],
        [45, "SIGTERM"],
        [85, "SIGKILL"],
      ] as const) {
        const { progress } = await until(`${brains()}/killed`, id, ({ progress: { done } }) => done >= least);
        kills.push(progress.done);
        await server.end(signal);
        server = await LocalServer.start(options.dataDir, environment);
      }
      assert.ok(kills.at(-1)! < 187, `it was too fast to be killed: ${kills}`);
      const brain = `${brains()}/killed`;
      const info = await ended(brain, id);
      assert.equal(info.state, "completed");
      assertWhole(await call("GET", `${brain}/curricula/${id}/history?limit=10000`), [160, 27]);
      assert.deepEqual(
        info.phases.map(({ samples, fromSeq, toSeq }) => [samples, fromSeq, toSeq]),
        [
          [480, 0, 163],
          [80, 163, 190],
        ],
      );
      await call("POST", brains(), { id: "hand", ...SMALL_BRAIN });
      const hand = `${brains()}/hand`;
      await call("POST", `${hand}/tasks`, { name: FIRST.name });
      await call("PUT", `${hand}/mode`, { mode: FIRST.mode });
      await teach(hand, rows, { ...FIRST, batchSize: 3 });
      await call("POST", `${hand}/consolidate`);
      const bees = rows.filter(({ label }) => label === CLASSES[1]);
      await teach(hand, bees, { ...SECOND, batchSize: 3 });
      await call("PUT", `${hand}/mode`, { mode: "plastic" });
      assert.equal(await digestOf(brain), await digestOf(hand));
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}
