// A whole brain out of one server and into another: every state that could be had back there can be had back here, bit for bit.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import pg from "pg";
import {
  type BrainAnswer,
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  Refused,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
  type Stamp,
} from "../support/client.ts";
import { DATABASE_KINDS } from "../support/databases.ts";
import { download, entriesOf, type ImportAnswer, TAR, tarOf, upload } from "../support/files.ts";
import { serverPerDatabase } from "../support/server-per-database.ts";

const learnBody = (index: number) => ({ inputs: [inputOf(index), inputOf(index + 3)], labels: [`c${index % 5}`, "d"] });

const here = serverPerDatabase({ ENGRAM_CHECKPOINT_EVERY_EVENTS: "5" });

let made = 0;
async function newBrain(kind: string, blueprint: object = SMALL_BRAIN, lessons = 0): Promise<string> {
  const id = `packed-${made++}`;
  const brain = `${here(kind).brains}/${id}`;
  await call("POST", here(kind).brains, { ...blueprint, id });
  for (let index = 0; index < lessons; index++) await call("POST", `${brain}/learn`, learnBody(index));
  return brain;
}

const nameOf = (brain: string): string => brain.split("/").at(-1)!;
const importTo = (kind: string, archive: Uint8Array, query = ""): Promise<ImportAnswer> =>
  upload(here(kind).brains, archive, query, TAR);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ learn: fc.nat(50) }) },
  fc.record({ mode: fc.constantFrom("plastic", "panic") }),
  fc.constant({ consolidate: true }),
  fc.constant({ checkpoint: true }),
  { weight: 2, arbitrary: fc.record({ restore: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ plasticOnly: fc.constantFrom("tune", "addLayer", "freeze", "removeLayer", "forget") }),
  },
);

async function perform(brain: string, wish: object, seq: number, isPlastic: boolean): Promise<unknown> {
  if ("learn" in wish) return call("POST", `${brain}/learn`, learnBody(Number(wish.learn)));
  if ("mode" in wish) return call("PUT", `${brain}/mode`, wish);
  if ("consolidate" in wish) return call("POST", `${brain}/consolidate`);
  if ("checkpoint" in wish) return call("POST", `${brain}/checkpoints`, { name: `at ${seq}` });
  if ("restore" in wish) return call("POST", `${brain}/restore`, { seq: Number(wish.restore) % (seq + 1) });
  if (!isPlastic || !("plasticOnly" in wish)) return;
  const surgery: Record<string, () => Promise<unknown>> = {
    tune: () => call("PATCH", brain, { config: { learningRate: 0.2, reward: { wrong: -1 } } }),
    addLayer: () => call("POST", `${brain}/layers`),
    freeze: () => call("PATCH", `${brain}/layers/0`, { frozen: true }),
    removeLayer: () => call("DELETE", `${brain}/layers/0`),
    forget: () => call("DELETE", `${brain}/memory`),
  };
  // There may be but one layer, or a frozen one: refused, and no part of its life.
  return surgery[String(wish.plasticOnly)]!().catch((error) => {
    if (!(error instanceof Refused && error.status === 409)) throw error;
  });
}

async function digestsOf(brain: string): Promise<Map<number, string>> {
  const brains = brain.slice(0, brain.lastIndexOf("/"));
  const { ranges } = await call<{ ranges: { from: number; to: number }[] }>("GET", `${brain}/history`);
  const digests = new Map<number, string>();
  for (const { from, to } of ranges) {
    for (let seq = from; seq <= to; seq++) {
      const { id } = await call<{ id: string }>("POST", `${brain}/fork`, { seq });
      digests.set(seq, await digestOf(`${brains}/${id}`));
      await call("DELETE", `${brains}/${id}`);
    }
  }
  return digests;
}

for (const [from, to] of [DATABASE_KINDS, [...DATABASE_KINDS].reverse()] as [string, string][]) {
  test(`a brain moves from ${from} to ${to} with every state that it can go back to, and its log`, async () => {
    const blueprints = fc.constantFrom(SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN);
    await fc.assert(
      fc.asyncProperty(blueprints, fc.array(step, { minLength: 4, maxLength: 10 }), async (blueprint, steps) => {
        const brain = await newBrain(from, blueprint);
        for (const wish of steps) {
          const { seq } = await call<Stamp>("GET", brain);
          await perform(brain, wish, seq, blueprint.kind === "plastic");
        }
        await call("PATCH", brain, { name: "Packed", tags: { of: "a" } });
        const archive = await download(`${brain}/export`);
        const before = await call<BrainAnswer>("GET", brain);
        const arrived = await importTo(to, archive);
        const twin = `${here(to).brains}/${arrived.id}`;
        assert.deepEqual(comparable(await call<object>("GET", twin)), comparable(before));
        assert.deepEqual(await digestsOf(twin), await digestsOf(brain));
        const again = await download(`${twin}/export`);
        assert.deepEqual(describe(again), describe(archive));
        assert.ok(again.equals(archive), "the log and the checkpoints are the same");
        await call("POST", `${brain}/learn`, learnBody(3)).catch(() => {});
        await call("POST", `${twin}/learn`, learnBody(3)).catch(() => {});
        process.kill(here(to).server.hosts.hosts[0]!.pid!, "SIGKILL");
        assert.equal(await digestOf(twin), await digestOf(brain));
      }),
      { numRuns: 4 },
    );
  });
}

/** What an archive says of itself, and the names of what is in it. */
const describe = (archive: Buffer) => {
  const entries = entriesOf(archive);
  return { about: JSON.parse(String(entries.get("brain.json"))), paths: [...entries.keys()] };
};

/** A brain without what differs between the place that it came from and the one that it came to; `status`: whether it is in memory there. */
const comparable = (brain: object) => ({ ...brain, origin: null, status: null, updatedAt: null });

test("an archive is of one state, however much is learned while it is read", async () => {
  const brain = await newBrain("postgres", SMALL_BRAIN, 12);
  const learning = Promise.all(Array.from({ length: 40 }, (_, i) => call("POST", `${brain}/learn`, learnBody(i))));
  const archive = await download(`${brain}/export`);
  await learning;
  const { seq, step } = await importTo("embedded", archive);
  assert.equal(seq, step);
  assert.ok(seq >= 12 && seq <= 52);
});

test("a fork's and a pruned brain's archive begin with a checkpoint; a fresh brain's holds no more than its birth", async () => {
  const brain = await newBrain("embedded", SMALL_BRAIN, 6);
  const { id } = await call<{ id: string }>("POST", `${brain}/fork`, { seq: 4 });
  const fork = `${here("embedded").brains}/${id}`;
  for (let index = 0; index < 3; index++) await call("POST", `${fork}/learn`, learnBody(index));
  const moved = await importTo("postgres", await download(`${fork}/export`));
  assert.deepEqual(await digestsOf(`${here("postgres").brains}/${moved.id}`), await digestsOf(fork));
  const fresh = await newBrain("embedded");
  const archive = await download(`${fresh}/export`);
  assert.deepEqual([...entriesOf(archive).keys()], ["brain.json"]);
  const { seq } = await importTo("postgres", archive);
  assert.equal(seq, 0);
  assert.equal(await digestOf(`${here("postgres").brains}/${nameOf(fresh)}`), await digestOf(fresh));
});

test("a brain comes back beside itself under another id, and its checkpoints get ids of their own", async () => {
  const brain = await newBrain("postgres", SMALL_BRAIN, 7);
  const { id } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`, { name: "kept" });
  const archive = await download(`${brain}/export`);
  await assert.rejects(importTo("postgres", archive), { status: 409 });
  const twin = await importTo("postgres", archive, "?id=beside&name=Beside&tag=a:b");
  assert.deepEqual([twin.id, twin.seq], ["beside", 7]);
  const { checkpoints } = await call<{ checkpoints: (CheckpointAnswer & { name: string })[] }>(
    "GET",
    `${here("postgres").brains}/beside/checkpoints`,
  );
  const [kept] = checkpoints.filter(({ name }) => name === "kept");
  assert.ok(kept !== undefined && kept.id !== id);
  await call("POST", `${here("postgres").brains}/beside/checkpoints/${kept.id}/restore`);
});

/** Brains in the database, hidden ones too. All other rows go with theirs. */
async function countBrains(): Promise<number> {
  const client = new pg.Client({ connectionString: here("postgres").site.options.url });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS count FROM brain");
  await client.end();
  return rows[0].count;
}

test("an archive changed at random is refused or taken; the host lives, and nothing of it stays", async () => {
  const { brains, server } = here("postgres");
  const brain = await newBrain("embedded", SMALL_BRAIN, 3);
  await call("PUT", `${brain}/mode`, { mode: "panic" });
  await call("POST", `${brain}/restore`, { seq: 2 });
  await call("PATCH", brain, { config: { gate: 0.5 } });
  await call("DELETE", `${brain}/memory?label=d`);
  const archive = await download(`${brain}/export`);
  const files = [...entriesOf(archive)];
  const before = await countBrains();
  const pid = server.hosts.hosts[0]!.pid;
  const change = fc.oneof(
    { weight: 4, arbitrary: fc.record({ at: fc.nat(archive.length - 1), value: fc.nat(255) }) },
    { weight: 6, arbitrary: fc.record({ file: fc.nat(files.length - 1), byte: fc.nat(), value: fc.nat(255) }) },
    fc.record({ length: fc.nat(archive.length) }),
    fc.record({ without: fc.nat(files.length - 1) }),
    fc.record({ swap: fc.nat(files.length - 2) }),
  );
  await fc.assert(
    fc.asyncProperty(change, async (wish) => {
      const all = files.map(([path, content]) => [path, Buffer.from(content)] as const);
      let sent: Buffer = Buffer.from(archive);
      if ("at" in wish) sent[wish.at] = wish.value;
      else if ("length" in wish) sent = sent.subarray(0, wish.length);
      else if ("without" in wish) sent = tarOf(all.toSpliced(wish.without, 1));
      else if ("swap" in wish) sent = tarOf(all.toSpliced(wish.swap, 2, all[wish.swap + 1]!, all[wish.swap]!));
      else {
        const content = all[wish.file]![1];
        content[wish.byte % Math.min(content.length, 400)] = wish.value;
        sent = tarOf(all);
      }
      const imported = await importTo("postgres", sent).catch((error: unknown) => {
        assert.ok(error instanceof Refused && error.status === 422, String(error));
        return null;
      });
      if (imported === null) return;
      await digestsOf(`${brains}/${imported.id}`);
      await call("DELETE", `${brains}/${imported.id}`);
    }),
    { numRuns: 80 },
  );
  assert.equal(await countBrains(), before);
  assert.equal(server.hosts.hosts[0]!.pid, pid);
});
