// Keys are there exactly when their changes are, whatever the change is and whoever else writes.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { CheckpointStore } from "../../../src/store/checkpoint-store.ts";
import type { Database } from "../../../src/store/database.ts";
import { EventLog, type LogEntry } from "../../../src/store/event-log.ts";
import { IdempotencyKeys, type NewKey, SERVER_SCOPE } from "../../../src/store/idempotency-keys.ts";
import { TrackedPredictions } from "../../../src/store/tracked-predictions.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { newBrain, newCheckpoint } from "./rows.ts";

const HOUR_MS = 3_600_000;

const newKey = (scope: string, key: string, fields: Partial<NewKey> = {}): NewKey => ({
  scope,
  key,
  fingerprint: Buffer.from("0123"),
  expiresAt: new Date(Date.now() + HOUR_MS),
  known: { text: 'a\u0000"ü' },
  ...fields,
});

const learned = (brain: string, seq: number, key?: NewKey): LogEntry => ({
  brain,
  seq,
  type: "learned",
  payload: new Uint8Array([seq]),
  head: { kind: "advance", step: seq, mode: "plastic", newLabels: [], shape: null },
  key,
});

const addBrain = async ({ prisma }: Database): Promise<string> => (await new BrainTable(prisma).insert(newBrain())).uid;

eachDatabase((database) => {
  const parts = () => ({
    log: new EventLog(database().pool, SILENT),
    keys: new IdempotencyKeys(database().pool),
    table: new BrainTable(database().prisma),
  });
  const count = async (brain: string): Promise<number> => {
    const { rows } = await database().pool.query("SELECT count(*) FROM idempotency_key WHERE brain_uid = $1", [brain]);
    return Number(rows[0].count);
  };

  test("a key is committed with its event, and completed later", async () => {
    const { log, keys } = parts();
    const brain = await addBrain(database());
    await Promise.all([log.append(learned(brain, 1, newKey(brain, "k"))), log.append(learned(brain, 2))]);
    const kept = { seq: 1, known: { text: 'a\u0000"ü' }, outcome: null };
    const { fingerprint, ...found } = (await keys.find({ scope: brain, key: "k" })) ?? assert.fail("not kept");
    assert.deepEqual([found, fingerprint.toString()], [kept, "0123"]);
    await keys.complete({ scope: brain, key: "k" }, { accuracy: 0.1 });
    assert.deepEqual((await keys.find({ scope: brain, key: "k" }))?.outcome, { accuracy: 0.1 });
    assert.equal(await keys.find({ scope: randomUUID(), key: "k" }), null);
  });

  test("a refused event leaves no key", async () => {
    const { log, keys } = parts();
    const brain = await addBrain(database());
    await assert.rejects(log.append(learned(brain, 2, newKey(brain, "k"))), { code: "database-unavailable" });
    assert.equal(await keys.find({ scope: brain, key: "k" }), null);
  });

  test("of a batch, the event whose key is taken is refused with those behind it, and no other", async () => {
    const { log, keys } = parts();
    const [brain, other] = [await addBrain(database()), await addBrain(database())];
    await log.append(learned(brain, 1, newKey(brain, "taken")));
    const appended = [
      log.append(learned(brain, 2, newKey(brain, "before"))),
      log.append(learned(other, 1, newKey(other, "taken"))),
      log.append(learned(brain, 3, newKey(brain, "taken"))),
      log.append(learned(brain, 4, newKey(brain, "behind"))),
      log.append(learned(other, 2)),
    ];
    const codes = (await Promise.allSettled(appended)).map((result) =>
      result.status === "rejected" ? result.reason.code : "committed",
    );
    const refused = ["idempotency-in-progress", "database-unavailable"];
    assert.deepEqual(codes, ["committed", "committed", ...refused, "committed"]);
    assert.deepEqual([(await log.head(brain))?.seq, (await log.head(other))?.seq], [2, 2]);
    assert.notEqual(await keys.find({ scope: brain, key: "before" }), null);
    assert.equal(await keys.find({ scope: brain, key: "behind" }), null);
    await log.append(learned(brain, 3, newKey(brain, "behind")));
  });

  test("an expired key makes room for a new one, and a sweep takes the others", async () => {
    const { log, keys } = parts();
    const brain = await addBrain(database());
    const expiresAt = new Date(Date.now() - HOUR_MS);
    for (const seq of [1, 2, 3]) await log.append(learned(brain, seq, newKey(brain, `old-${seq}`, { expiresAt })));
    await log.append(learned(brain, 4, newKey(brain, "new")));
    assert.equal(await keys.find({ scope: brain, key: "old-1" }), null);
    await log.append(learned(brain, 5, newKey(brain, "old-1")));
    assert.equal((await keys.find({ scope: brain, key: "old-1" }))?.seq, 5);
    assert.deepEqual([await keys.deleteExpired(1), await keys.deleteExpired(10)], [1, 1]);
    assert.equal(await count(brain), 2);
  });

  test("a brain and its key are there together, and go together", async () => {
    const { keys, table } = parts();
    const { uid, id } = await table.insert(newBrain(), newKey(SERVER_SCOPE, "create"));
    assert.equal((await keys.find({ scope: SERVER_SCOPE, key: "create" }))?.seq, null);
    const second = newBrain();
    await assert.rejects(table.insert(second, newKey(SERVER_SCOPE, "create")), { code: "idempotency-in-progress" });
    assert.equal(await table.find(second.id), null);
    await assert.rejects(table.insert(newBrain({ id }), newKey(SERVER_SCOPE, "another")), { code: "brain-exists" });
    assert.equal(await keys.find({ scope: SERVER_SCOPE, key: "another" }), null);
    await table.remove(uid);
    assert.equal(await keys.find({ scope: SERVER_SCOPE, key: "create" }), null);
  });

  test("a checkpoint and its key are there together", async () => {
    const { keys } = parts();
    const checkpoints = new CheckpointStore(database());
    const brain = await addBrain(database());
    const { checkpoint, readChunk } = newCheckpoint();
    const keyFor = (row: object) => newKey(brain, "keep", { known: row });
    const {
      header: _,
      hashes: _2,
      chunkBytes: _3,
      ...row
    } = await checkpoints.write(brain, checkpoint, readChunk, keyFor);
    const known = (await keys.find({ scope: brain, key: "keep" }))?.known as typeof row;
    assert.deepEqual([known.id, known.createdAt], [row.id, row.createdAt.toISOString()]);
    const second = newCheckpoint();
    const written = checkpoints.write(brain, second.checkpoint, second.readChunk, keyFor);
    await assert.rejects(written, { code: "idempotency-in-progress" });
    assert.equal(await checkpoints.find(brain, second.checkpoint.id), null);
  });

  test("tracked predictions and their key are there together", async () => {
    const { keys } = parts();
    const tracked = new TrackedPredictions(database().pool);
    const brain = await addBrain(database());
    const inputs = { rows: 1, cols: 2, data: new Float32Array([1, 2]) };
    const predictions = () => [{ id: randomUUID(), label: "cat", confidence: 0.5 }];
    assert.equal(await tracked.add(brain, inputs, predictions(), 0, 1, newKey(brain, "predict")), true);
    assert.notEqual(await keys.find({ scope: brain, key: "predict" }), null);
    const again = tracked.add(brain, inputs, predictions(), 0, 1, newKey(brain, "predict"));
    await assert.rejects(again, { code: "idempotency-in-progress" });
    assert.equal(await tracked.countPending(brain), 1);
    const nobody = randomUUID();
    assert.equal(await tracked.add(nobody, inputs, predictions(), 0, 1, newKey(nobody, "predict")), false);
    assert.equal(await keys.find({ scope: nobody, key: "predict" }), null);
  });

  test("notes are committed with the event that brings them", async () => {
    const { log, table } = parts();
    const { uid, id } = await table.insert(newBrain({ name: "old", tags: { a: "1" } }));
    const noted = async () => {
      const row = await table.find(id);
      return [row?.name, row?.tags];
    };
    await Promise.all([log.append({ ...learned(uid, 1), notes: { name: "new" } }), log.append(learned(uid, 2))]);
    assert.deepEqual(await noted(), ["new", { a: "1" }]);
    await assert.rejects(log.append({ ...learned(uid, 5), notes: { name: "lost" } }));
    await log.append({ ...learned(uid, 3), notes: { name: null, tags: {} } });
    assert.deepEqual(await noted(), [null, {}]);
  });
});
