// Tracked predictions: what goes in comes out, they are settled with their event or not at all, and they go when their time is over.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Pool } from "pg";
import { BrainTable } from "../../../src/store/brain-table.ts";
import type { Database } from "../../../src/store/database.ts";
import { EventLog, type LogEntry, type Settlement } from "../../../src/store/event-log.ts";
import { TrackedPredictions } from "../../../src/store/tracked-predictions.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { newBrain } from "./rows.ts";

const INPUTS = { rows: 2, cols: 3, data: Float32Array.of(1, -2, 3.5, 3e38, 0, 1e-40) };

const addBrain = async (database: Database): Promise<string> =>
  (await new BrainTable(database.prisma).insert(newBrain())).uid;

async function addTwo(database: Database, brain: string, ttlHours = 1): Promise<[string, string]> {
  const ids: [string, string] = [randomUUID(), randomUUID()];
  const predictions = [
    { id: ids[0], label: 'c"a,{t}', confidence: 0.75 },
    { id: ids[1], label: null, confidence: 0 },
  ];
  assert.equal(await new TrackedPredictions(database.pool).add(brain, INPUTS, predictions, 7, ttlHours), true);
  return ids;
}

const learned = (brain: string, seq: number, settles: readonly Settlement[]): LogEntry => ({
  brain,
  seq,
  type: "learned",
  payload: new Uint8Array([seq]),
  head: { kind: "advance", step: seq, mode: "plastic", newLabels: [], shape: null },
  settles,
});
const settle = (id: string, label = "cat", isCorrect = true): Settlement => ({ id, label, isCorrect });

const age = (database: Database, ids: readonly string[], hours: number) =>
  database.pool.query(
    "UPDATE tracked_prediction SET expires_at = now() - make_interval(hours => $2) WHERE id = ANY($1)",
    [ids, hours],
  );

eachDatabase((database) => {
  test("what was predicted is found again, with its input bit for bit, by its brain alone", async () => {
    const [brain, other] = [await addBrain(database()), await addBrain(database())];
    const tracked = new TrackedPredictions(database().pool);
    const [first, second] = await addTwo(database(), brain);
    const found = await tracked.find(brain, [second, first, randomUUID()]);
    assert.equal(found.size, 2);
    const pending = { isCorrect: null, isExpired: false };
    assert.deepEqual(found.get(first), { id: first, input: INPUTS.data.slice(0, 3), label: 'c"a,{t}', ...pending });
    assert.deepEqual(found.get(second), { id: second, input: INPUTS.data.slice(3), label: null, ...pending });
    assert.equal((await tracked.find(other, [first])).size, 0);
    assert.equal((await tracked.find(brain, [])).size, 0);
  });

  test("a call's predictions are one statement, however many", async () => {
    const brain = await addBrain(database());
    let statements = 0;
    const query = (...statement: Parameters<Pool["query"]>) => {
      statements++;
      return database().pool.query(...statement);
    };
    const tracked = new TrackedPredictions({ query } as unknown as Pool);
    const rows = 20_000;
    const inputs = { rows, cols: 2, data: Float32Array.from({ length: 2 * rows }, (_, i) => i) };
    const predictions = Array.from({ length: rows }, () => ({ id: randomUUID(), label: "a", confidence: 1 }));
    assert.equal(await tracked.add(brain, inputs, predictions, 1, 1), true);
    assert.equal(statements, 1);
    assert.equal(await tracked.countPending(brain), rows);
    const last = predictions.at(-1)!.id;
    assert.deepEqual((await tracked.find(brain, [last])).get(last)?.input, inputs.data.slice(-2));
  });

  test("for a brain that is gone nothing is written", async () => {
    const predictions = [randomUUID(), randomUUID()].map((id) => ({ id, label: null, confidence: 0 }));
    assert.equal(await new TrackedPredictions(database().pool).add(randomUUID(), INPUTS, predictions, 1, 1), false);
  });

  test("predictions are settled with their event, and count as they were right or wrong", async () => {
    const brain = await addBrain(database());
    const tracked = new TrackedPredictions(database().pool);
    const [first, second] = await addTwo(database(), brain);
    const before = await tracked.summary(brain);
    assert.deepEqual(
      { ...before, oldestPendingAt: null },
      { pending: 2, settled: 0, expired: 0, correct: 0, oldestPendingAt: null },
    );
    assert.ok(Math.abs(before.oldestPendingAt!.getTime() - Date.now()) < 60_000);
    const log = new EventLog(database().pool, SILENT);
    await Promise.all([
      log.append(learned(brain, 1, [settle(first, 'c"a,{t}')])),
      log.append(learned(brain, 2, [])),
      log.append(learned(brain, 3, [settle(second, "dog", false)])),
    ]);
    assert.equal((await log.head(brain))?.seq, 3);
    const found = await tracked.find(brain, [first, second]);
    assert.deepEqual([found.get(first)?.isCorrect, found.get(second)?.isCorrect], [true, false]);
    assert.deepEqual([found.get(first)?.input, found.get(second)?.input], [null, null]);
    assert.deepEqual(await tracked.summary(brain), {
      pending: 0,
      settled: 2,
      expired: 0,
      correct: 1,
      oldestPendingAt: null,
    });
    const { rows } = await database().pool.query(
      "SELECT settled_seq, settled_label FROM tracked_prediction WHERE brain_uid = $1 ORDER BY settled_seq",
      [brain],
    );
    assert.deepEqual(rows, [
      { settled_seq: "1", settled_label: 'c"a,{t}' },
      { settled_seq: "3", settled_label: "dog" },
    ]);
  });

  test("an event that would settle a prediction twice is refused whole, and other brains do not suffer", async () => {
    const [brain, other] = [await addBrain(database()), await addBrain(database())];
    const tracked = new TrackedPredictions(database().pool);
    const [first, second] = await addTwo(database(), brain);
    const [theirs] = await addTwo(database(), other);
    const log = new EventLog(database().pool, SILENT);
    await log.append(learned(brain, 1, [settle(first)]));
    for (const settles of [
      [settle(second), settle(first, "dog")],
      [settle(second), settle(second)],
      [settle(theirs)],
    ]) {
      const [refused, taken] = await Promise.allSettled([
        log.append(learned(brain, 2, settles)),
        log.append(learned(other, ((await log.head(other))?.seq ?? 0) + 1, [])),
      ]);
      assert.ok(refused.status === "rejected" && refused.reason.code === "database-unavailable");
      assert.equal(taken.status, "fulfilled");
    }
    assert.equal((await log.head(brain))?.seq, 1);
    assert.equal((await tracked.find(brain, [second])).get(second)?.isCorrect, null);
    assert.equal((await tracked.find(other, [theirs])).get(theirs)?.isCorrect, null);
    await log.append(learned(brain, 2, [settle(second)]));
  });

  test("an event that is refused settles nothing", async () => {
    const brain = await addBrain(database());
    const [first] = await addTwo(database(), brain);
    const log = new EventLog(database().pool, SILENT);
    await assert.rejects(log.append(learned(brain, 5, [settle(first)])), { code: "database-unavailable" });
    const found = await new TrackedPredictions(database().pool).find(brain, [first]);
    assert.equal(found.get(first)?.isCorrect, null);
  });

  test("expired predictions say so for a while and then go, a bounded number at a time", async () => {
    const brain = await addBrain(database());
    const tracked = new TrackedPredictions(database().pool);
    const [old, older] = await addTwo(database(), brain);
    const [fresh, settled] = await addTwo(database(), brain);
    await new EventLog(database().pool, SILENT).append(learned(brain, 1, [settle(settled)]));
    await age(database(), [old, older], 0);
    assert.equal((await tracked.find(brain, [old])).get(old)?.isExpired, true);
    const { pending, expired } = await tracked.summary(brain);
    assert.deepEqual([pending, expired], [1, 2]);
    assert.equal(await tracked.deleteExpired(100), 0);
    await age(database(), [old, settled], 2);
    await age(database(), [older], 3);
    assert.equal(await tracked.deleteExpired(1), 1);
    assert.deepEqual([...(await tracked.find(brain, [old, older])).keys()], [old]);
    assert.equal(await tracked.deleteExpired(100), 2);
    assert.deepEqual([...(await tracked.find(brain, [old, older, fresh, settled])).keys()], [fresh]);
  });

  test("a brain's predictions go with it", async () => {
    const brain = await addBrain(database());
    const ids = await addTwo(database(), brain);
    assert.equal(await new BrainTable(database().prisma).remove(brain), true);
    assert.equal((await new TrackedPredictions(database().pool).find(brain, ids)).size, 0);
  });
});
