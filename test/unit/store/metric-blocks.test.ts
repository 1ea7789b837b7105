// Blocks of numbers: what goes in comes out by time, blocks are put together whole or not at all, and they go with their brain.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { BrainTable } from "../../../src/store/brain-table.ts";
import type { Database } from "../../../src/store/database.ts";
import { type MetricBlock, MetricBlocks } from "../../../src/store/metric-blocks.ts";
import { eachDatabase } from "../../support/databases.ts";
import { newBrain } from "./rows.ts";

const START_MS = Date.UTC(2026, 2, 1);
const ALL = [new Date(0), new Date(4e12)] as const;

async function addBrain({ prisma }: Database): Promise<string> {
  const { uid } = await new BrainTable(prisma).insert(newBrain());
  return uid;
}

/** A block of ten seconds that begins so many seconds after midnight. */
const block = (brainUid: string, startS: number, json = `{"at":${startS}}`): MetricBlock => ({
  id: randomUUID(),
  brainUid,
  stepS: 1,
  startsAt: new Date(START_MS + 1000 * startS),
  endsAt: new Date(START_MS + 1000 * (startS + 10)),
  json,
});

async function read(store: MetricBlocks, uid: string, [from, to]: readonly [Date, Date] = ALL, without: string[] = []) {
  const blocks: MetricBlock[] = [];
  for await (const page of store.read(uid, from, to, new Set(without))) blocks.push(...page);
  return blocks;
}

eachDatabase((database) => {
  test("blocks come out by time, in the order in which they begin", async () => {
    const store = new MetricBlocks(database().pool);
    const [uid, other] = [await addBrain(database()), await addBrain(database())];
    const blocks = Array.from({ length: 150 }, (_, i) => block(uid, 10 * i, `{"ü":"${"x".repeat(i)}"}`));
    await store.add([...blocks.toReversed(), block(other, 0)]);
    assert.deepEqual(await read(store, uid), blocks);
    const [from, to] = [new Date(START_MS + 105_000), new Date(START_MS + 130_000)] as const;
    assert.deepEqual(await read(store, uid, [from, to]), blocks.slice(10, 13));
    assert.deepEqual(await read(store, uid, [from, to], [blocks[11]!.id]), [blocks[10], blocks[12]]);
    assert.deepEqual(await read(store, randomUUID()), []);
  });

  test("a block that is there already, or whose brain is gone, keeps no other one back", async () => {
    const store = new MetricBlocks(database().pool);
    const uid = await addBrain(database());
    const [first, second] = [block(uid, 0), block(uid, 0, "{}")];
    await store.add([first]);
    await store.add([block(randomUUID(), 0), { ...first, json: "other" }, second]);
    const kept = await read(store, uid);
    assert.deepEqual(new Set(kept.map(({ json }) => json)), new Set([first.json, "{}"]));
  });

  test("groups are found once all of their span is old, and put together in one piece", async () => {
    const store = new MetricBlocks(database().pool);
    const [uid, other] = [await addBrain(database()), await addBrain(database())];
    const blocks = [0, 50, 70, 130].map((startS) => block(uid, startS));
    await store.add([...blocks, block(other, 61)]);
    const due = async (second: number) =>
      (await store.dueGroups(1, 60, new Date(START_MS + 1000 * second), 100))
        .filter(({ brainUid }) => [uid, other].includes(brainUid))
        .map(({ brainUid, spanStartsAt }) => [brainUid, (spanStartsAt.getTime() - START_MS) / 1000]);
    assert.deepEqual(await due(59), []);
    assert.deepEqual(await due(119), [[uid, 0]]);
    assert.deepEqual(new Set((await due(120)).map(String)), new Set([`${uid},0`, `${uid},60`, `${other},60`]));

    const parts = await store.group({ brainUid: uid, stepS: 1, spanStartsAt: new Date(START_MS), spanS: 60 });
    assert.deepEqual(parts, blocks.slice(0, 2));
    const whole = { ...block(uid, 0, JSON.stringify("long ".repeat(10_000))), stepS: 10 };
    assert.equal(await store.replace(parts, whole), true);
    assert.deepEqual(await read(store, uid), [whole, ...blocks.slice(2)]);
    assert.deepEqual(await due(119), []);
  });

  test("blocks of which one is gone meanwhile are not put together", async () => {
    const store = new MetricBlocks(database().pool);
    const uid = await addBrain(database());
    const blocks = [block(uid, 0), block(uid, 10)];
    await store.add(blocks);
    const whole = { ...block(uid, 0), stepS: 10 };
    assert.equal(await store.replace([...blocks, block(uid, 20)], whole), false);
    assert.deepEqual(await read(store, uid), blocks);
    await new BrainTable(database().prisma).remove(uid);
    assert.equal(await store.replace(blocks, whole), false);
  });

  test("the oldest are deleted, so many at a time, and those of other resolutions stay", async () => {
    const store = new MetricBlocks(database().pool);
    const uid = await addBrain(database());
    const blocks = [0, 10, 20].map((startS) => ({ ...block(uid, startS), stepS: 7200 }));
    const fine = block(uid, 1);
    await store.add([...blocks, fine]);
    const end = new Date(START_MS + 29_000);
    assert.deepEqual([await store.deleteEnded(7200, end, 1), await store.deleteEnded(7200, end, 5)], [1, 1]);
    assert.deepEqual(await read(store, uid), [fine, blocks[2]]);
  });

  test("a brain's blocks go with it, however many", async () => {
    const store = new MetricBlocks(database().pool);
    const [uid, other] = [await addBrain(database()), await addBrain(database())];
    await store.add(Array.from({ length: 100 }, (_, i) => block(uid, i)));
    await store.add([block(other, 0)]);
    assert.equal(await new BrainTable(database().prisma).remove(uid), true);
    assert.deepEqual([(await read(store, uid)).length, (await read(store, other)).length], [0, 1]);
  });
});
