// Numbers grow old: resolution falls, room stays bounded, and no spike is lost on the way.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { rollUpSome } from "../../../src/brains/metric-rollup.ts";
import { blockOf, decodePoints } from "../../../src/metrics/blocks.ts";
import { Gathering, type Point } from "../../../src/metrics/points.ts";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { MetricBlocks } from "../../../src/store/metric-blocks.ts";
import { eachDatabase } from "../../support/databases.ts";
import { newBrain } from "../store/rows.ts";

const START_MS = Date.UTC(2026, 2, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** One point a second, stored five at a time; the value is 0, but 1 in one second. */
function blocksOf(brainUid: string, seconds: number, spikeAt: number) {
  const point = (second: number): Point => {
    const gathering = new Gathering(START_MS + 1000 * second);
    gathering.add(second, { accuracy: second === spikeAt ? 1 : 0, samples: second });
    return gathering.point();
  };
  return Array.from({ length: seconds / 5 }, (_, i) =>
    blockOf(
      { id: randomUUID(), brainUid, stepS: 1 },
      [0, 1, 2, 3, 4].map((offset) => point(5 * i + offset)),
    ),
  );
}

eachDatabase((database) => {
  test("from a second to two hours: the spike stays, and so does the last", async () => {
    const store = new MetricBlocks(database().pool);
    const { uid } = await new BrainTable(database().prisma).insert(newBrain());
    const blocks = blocksOf(uid, 1800, 777);
    for (let i = 0; i < blocks.length; i += 100) await store.add(blocks.slice(i, i + 100));
    const read = async () => {
      const found: { stepS: number; points: readonly Point[] }[] = [];
      for await (const page of store.read(uid, new Date(0), new Date(4e12), new Set())) {
        found.push(...page.map(({ stepS, json }) => ({ stepS, points: decodePoints(json) })));
      }
      return found;
    };
    const steps = async () => {
      const counts = new Map<number, number>();
      for (const { stepS, points } of await read()) counts.set(stepS, (counts.get(stepS) ?? 0) + points.length);
      return Object.fromEntries(counts);
    };
    const whole = async () => {
      const points = (await read()).flatMap(({ points }) => points);
      const spikes = points.filter(({ cells }) => cells.get("accuracy")!.max === 1);
      const last = Math.max(...points.map(({ cells }) => cells.get("samples")!.last));
      const count = points.reduce((sum, { cells }) => sum + cells.get("samples")!.count, 0);
      return [spikes.length, last, count];
    };
    const everything = async (nowMs: number) => {
      while ((await rollUpSome(store, 50, nowMs)) > 0);
    };
    assert.deepEqual(await steps(), { 1: 1800 });

    await everything(START_MS + 25 * MINUTE_MS);
    assert.deepEqual(await steps(), { 1: 1200, 10: 60 });
    assert.deepEqual(await whole(), [1, 1799, 1800]);
    assert.equal(await rollUpSome(store, 50, START_MS + 25 * MINUTE_MS), 0);

    await everything(START_MS + HOUR_MS);
    assert.deepEqual(await steps(), { 10: 180 });
    await everything(START_MS + 6 * HOUR_MS);
    assert.deepEqual(await steps(), { 60: 30 });
    await everything(START_MS + 4 * DAY_MS);
    assert.deepEqual(await steps(), { 600: 3 });
    await everything(START_MS + 60 * DAY_MS);
    assert.deepEqual(await steps(), { 7200: 1 });
    assert.deepEqual(await whole(), [1, 1799, 1800]);
    await everything(START_MS + 731 * DAY_MS);
    assert.deepEqual(await steps(), {});
  });

  test("what comes late is put beside what is old already", async () => {
    const store = new MetricBlocks(database().pool);
    const { uid } = await new BrainTable(database().prisma).insert(newBrain());
    const [early, late] = blocksOf(uid, 10, 3);
    const nowMs = START_MS + HOUR_MS;
    await store.add([early!]);
    await rollUpSome(store, 50, nowMs);
    await store.add([late!]);
    await rollUpSome(store, 50, nowMs);
    await rollUpSome(store, 50, nowMs + 6 * HOUR_MS);
    for await (const page of store.read(uid, new Date(0), new Date(4e12), new Set())) {
      const points = page.flatMap(({ json }) => decodePoints(json));
      assert.deepEqual(
        points.map(({ startMs, lastSeq, cells }) => [
          startMs,
          lastSeq,
          cells.get("accuracy")?.max,
          cells.get("samples")?.last,
        ]),
        [[START_MS, 9, 1, 9]],
      );
    }
  });
});
