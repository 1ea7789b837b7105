// Numbers over time at any step: what is stored and what is not yet are one history, and no spike is lost on the way.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { MetricSeries, MetricsAnswer } from "../../../src/brains/api.ts";
import { gridOf } from "../../../src/brains/metric-grid.ts";
import { metricHistory } from "../../../src/brains/metric-history.ts";
import { blockOf } from "../../../src/metrics/blocks.ts";
import { Gathering, type Point, rollUp } from "../../../src/metrics/points.ts";
import { Recorder } from "../../../src/metrics/recorder.ts";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { MetricBlocks } from "../../../src/store/metric-blocks.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { newBrain } from "../store/rows.ts";

const START_MS = Date.UTC(2026, 2, 1);
const at = (second: number) => new Date(START_MS + 1000 * second);

const pointAt = (second: number, numbers: Record<string, number>): Point => {
  const gathering = new Gathering(START_MS + 1000 * second);
  gathering.add(second, numbers);
  return gathering.point();
};

test("the step follows from the time that is asked for, and from what is kept of it", () => {
  const step = (fromS: number, toS: number, ageS = 0) =>
    gridOf({ from: at(fromS), to: at(toS) }, at(toS + ageS).getTime()).stepMs / 1000;
  assert.deepEqual([step(0, 60), step(0, 290), step(0, 600), step(0, 3600)], [1, 1, 5, 15]);
  const day = 86_400;
  assert.deepEqual(
    [step(0, 60, 3600), step(0, 60, day), step(0, 60, 10 * day), step(0, 60, 99 * day)],
    [10, 60, 600, 7200],
  );
  for (const rangeS of [1, 299, 300, 301, 5000, day, 30 * day, 365 * day, 7300 * day]) {
    const { points } = gridOf({ from: at(3), to: at(3 + rangeS) }, at(3 + rangeS).getTime());
    assert.ok(points >= 1 && points <= 300, `${points} points of ${rangeS} s`);
  }
});

eachDatabase((database) => {
  const site = async (points: readonly { readonly stepS: number; readonly points: readonly Point[] }[]) => {
    const metricBlocks = new MetricBlocks(database().pool);
    const row = await new BrainTable(database().prisma).insert(newBrain());
    const blocks = points.map(({ stepS, points }) => blockOf({ id: randomUUID(), brainUid: row.uid, stepS }, points));
    if (blocks.length > 0) await metricBlocks.add(blocks);
    const clock = { nowMs: START_MS + 7_200_000 };
    const recorder = new Recorder({
      write: (written) => metricBlocks.add(written),
      logger: SILENT,
      levelOf: () => "warn" as const,
      nowMs: () => clock.nowMs,
      everyMs: 3_600_000,
    });
    const ask = (request: Parameters<typeof metricHistory>[2]) =>
      metricHistory(row, 9, request, { metricBlocks, recorder }, clock.nowMs);
    return { ask, recorder, row, clock };
  };
  const found = ({ times, series }: MetricsAnswer, name: string, of: keyof MetricSeries) =>
    times.flatMap((time, place) => {
      const value = series[name]![of][place] ?? null;
      return value === null ? [] : [[(Date.parse(time) - START_MS) / 1000, value]];
    });

  test("points lie at multiples of the step; what was not measured is null", async () => {
    const { ask, recorder } = await site([
      { stepS: 1, points: [pointAt(61, { reward: 1 }), pointAt(64, { reward: 3 }), pointAt(75, { novelty: 5 })] },
    ]);
    const answer = await ask({ from: at(55), to: at(79), stepS: 10 });
    assert.deepEqual(
      answer.times.map((time) => (Date.parse(time) - START_MS) / 1000),
      [50, 60, 70],
    );
    assert.deepEqual(answer.names, ["novelty", "reward"]);
    assert.deepEqual(answer.series.reward, {
      min: [null, 1, null],
      max: [null, 3, null],
      last: [null, 3, null],
      mean: [null, 2, null],
    });
    assert.deepEqual(answer.series.novelty!.max, [null, null, 5]);
    assert.deepEqual(answer.seqs, { first: [null, 61, 75], last: [null, 64, 75] });
    await recorder.close();
  });

  test("the greatest at a coarser step is the greatest of the finer ones, and so are the least and the last", async () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 3599 }), fc.double({ min: -9, max: 9, noNaN: true })), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.constantFrom(1, 7, 10, 60),
        fc.integer({ min: 2, max: 30 }),
        async (all, fineS, factor) => {
          const points = rollUp(
            all.sort(([a], [b]) => a - b).map(([second, value]) => pointAt(second, { novelty: value })),
            1000,
          );
          const { ask, recorder } = await site(
            [
              {
                stepS: 10,
                points: rollUp(
                  points.filter(({ startMs }) => startMs < START_MS + 1_800_000),
                  10_000,
                ),
              },
              { stepS: 1, points: points.filter(({ startMs }) => startMs >= START_MS + 1_800_000) },
            ].filter(({ points }) => points.length > 0),
          );
          const range = { from: at(0), to: at(3600) };
          const fine = await ask({ ...range, stepS: fineS });
          const coarse = await ask({ ...range, stepS: fineS * factor });
          const expected = {
            min: new Map<number, number>(),
            max: new Map<number, number>(),
            last: new Map<number, number>(),
          };
          const stepMs = 1000 * fineS * factor;
          fine.times.forEach((time, place) => {
            const { min, max, last } = fine.series.novelty!;
            const [least, greatest, newest] = [min[place], max[place], last[place]];
            if (typeof least !== "number" || typeof greatest !== "number" || typeof newest !== "number") return;
            const second = (Math.floor(Date.parse(time) / stepMs) * stepMs - START_MS) / 1000;
            expected.min.set(second, Math.min(least, expected.min.get(second) ?? Infinity));
            expected.max.set(second, Math.max(greatest, expected.max.get(second) ?? -Infinity));
            expected.last.set(second, newest);
          });
          for (const of of ["min", "max", "last"] as const)
            assert.deepEqual(found(coarse, "novelty", of), [...expected[of]]);
          assert.equal(
            Math.max(...coarse.series.novelty!.max.map((value) => value ?? -Infinity)),
            Math.max(...all.map(([, value]) => value)),
          );
          await recorder.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  test("what is not written yet counts once, also when it is written meanwhile", async () => {
    const { ask, recorder, row, clock } = await site([]);
    clock.nowMs = START_MS;
    recorder.note(row.uid, 1, { reward: 0 });
    recorder.note(row.uid, 2, { reward: 1 });
    clock.nowMs += 1000;
    recorder.note(row.uid, 3, { reward: 5 });
    const range = { from: at(-10), to: at(10), stepS: 100 };
    assert.deepEqual(found(await ask(range), "reward", "mean"), [[0, 2]]);
    const [answer] = await Promise.all([ask(range), recorder.flush()]);
    assert.deepEqual(found(answer, "reward", "mean"), [[0, 2]]);
    assert.deepEqual(found(await ask(range), "reward", "mean"), [[0, 2]]);
    await recorder.close();
    assert.deepEqual(found(await ask(range), "reward", "mean"), [[0, 2]]);
  });

  test("of times that are kept at a coarser resolution a small step leaves points empty", async () => {
    const minute = rollUp([pointAt(70, { reward: 1 }), pointAt(100, { reward: 0 })], 60_000);
    const { ask, recorder } = await site([{ stepS: 60, points: minute }]);
    const answer = await ask({ from: at(0), to: at(200), stepS: 10 });
    assert.equal(answer.resolutionSeconds, 60);
    assert.deepEqual(found(answer, "reward", "max"), [[60, 1]]);
    // A point that began before counts for the first.
    assert.deepEqual(found(await ask({ from: at(90), to: at(200), stepS: 10 }), "reward", "max"), [[90, 1]]);
    assert.deepEqual(found(await ask({ from: at(0), to: at(59), stepS: 10, names: ["reward"] }), "reward", "max"), []);
    await recorder.close();
  });

  test("names are told by number, and found by their beginnings", async () => {
    const numbers = { "layers.10.dead": 1, "layers.2.dead": 2, layersX: 3, accuracy: 4, "tasks.1.accuracy": 5 };
    const { ask, recorder } = await site([{ stepS: 1, points: [pointAt(1, numbers)] }]);
    const range = { from: at(0), to: at(9) };
    const names = async (...names: string[]) => (await ask({ ...range, names })).names;
    assert.deepEqual((await ask(range)).names, [
      "accuracy",
      "layers.2.dead",
      "layers.10.dead",
      "layersX",
      "tasks.1.accuracy",
    ]);
    assert.deepEqual(await names("layers.*"), ["layers.2.dead", "layers.10.dead"]);
    assert.deepEqual(await names("tasks.*", "layers", "accuracy"), ["layers", "accuracy", "tasks.1.accuracy"]);
    await recorder.close();
  });

  test("markers come with the points of their time, in their order", async () => {
    const { ask, recorder, row } = await site([]);
    for (const [second, type] of [
      [30, "drift"],
      [10, "taskStarted"],
      [99, "restored"],
    ] as const) {
      recorder.mark(row.uid, { timeMs: START_MS + 1000 * second, seq: second, type, details: { second } });
    }
    const { markers } = await ask({ from: at(10), to: at(98), names: ["accuracy"] });
    assert.deepEqual(markers, [
      { time: at(10).toISOString(), seq: 10, type: "taskStarted", details: { second: 10 } },
      { time: at(30).toISOString(), seq: 30, type: "drift", details: { second: 30 } },
    ]);
    await recorder.close();
  });
});
