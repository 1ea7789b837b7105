// Retention on real databases; what is kept is policy, and tested as such in retention-policy.test.ts.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Retention } from "../../../src/brains/retention.ts";
import { BrainTable } from "../../../src/store/brain-table.ts";
import type { CheckpointRow } from "../../../src/store/checkpoint-store.ts";
import { CheckpointStore } from "../../../src/store/checkpoint-store.ts";
import { EventLog } from "../../../src/store/event-log.ts";
import { HistoryStore } from "../../../src/store/history-store.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { newBrain, newCheckpoint } from "../store/rows.ts";

eachDatabase((database) => {
  /** A brain with `events` events, and what removes them again. */
  async function lived(events: number, historyDays = 2) {
    const { pool, prisma } = database();
    const brain = await new BrainTable(prisma).insert(newBrain());
    const parts = {
      log: new EventLog(pool, SILENT),
      checkpoints: new CheckpointStore(database()),
      history: new HistoryStore(pool),
      logger: SILENT,
    };
    const space = { reclaimed: 0 };
    const retention = new Retention(
      { ...parts, database: { reclaim: async () => void space.reclaimed++ } },
      { keep: 2, historyDays },
    );
    await pool.query(
      "INSERT INTO event (brain_uid, seq, type, payload, crc32) SELECT $1, seq, 'consolidated', 'payload', 1 FROM generate_series(1, $2::int) AS seq",
      [brain.uid, events],
    );
    await pool.query("UPDATE brain SET seq = $2 WHERE uid = $1", [brain.uid, events]);
    const checkpoint = async (seq: number, ageDays: number, reason: CheckpointRow["reason"] = "automatic") => {
      const { checkpoint, readChunk } = newCheckpoint({ seq, reason }, randomBytes(9_000));
      const row = await parts.checkpoints.write(brain.uid, checkpoint, readChunk);
      await pool.query("UPDATE checkpoint SET created_at = now() - make_interval(days => $2::int) WHERE id = $1", [
        row.id,
        ageDays,
      ]);
      return row;
    };
    const left = async () => {
      const survey = await parts.history.survey(brain.uid);
      assert.ok(survey);
      const { first, events, eventBytes, runs, checkpoints } = survey;
      assert.equal(eventBytes, events * Buffer.byteLength("payload"));
      assert.ok(runs.length <= 1, "no holes");
      return { first, events, checkpoints: checkpoints.map(({ seq }) => seq) };
    };
    return { brain, ...parts, space, retention, checkpoint, left };
  }

  const damage = (row: CheckpointRow) =>
    database().pool.query("DELETE FROM chunk WHERE brain_uid = $1 AND hash = $2", [
      row.brainUid,
      Buffer.from(row.hashes.subarray(0, 32)),
    ]);
  const chunksOf = async (uid: string): Promise<number> =>
    (await database().pool.query("SELECT 1 FROM chunk WHERE brain_uid = $1", [uid])).rowCount ?? 0;

  test("events and checkpoints that the days do not keep go, with their chunks, statement by statement", async () => {
    const { brain, retention, checkpoint, left } = await lived(2_600);
    for (const [seq, age] of [
      [100, 9],
      [2_300, 5],
      [2_400, 1],
      [2_500, 0],
      [2_600, 0],
    ] as const)
      await checkpoint(seq, age);
    await checkpoint(50, 30, "requested");
    await retention.tidyAll();
    assert.deepEqual(await left(), { first: 2_301, events: 300, checkpoints: [50, 2_300, 2_400, 2_500, 2_600] });
    await retention.close();
    assert.equal(await chunksOf(brain.uid), 5 * 3);
  });

  test("the log is not cut behind a damaged checkpoint, but behind the sound one before it", async () => {
    const { brain, retention, checkpoint, left } = await lived(500);
    await checkpoint(100, 9);
    const damaged = await checkpoint(200, 8);
    await checkpoint(400, 0);
    await checkpoint(500, 0);
    await damage(damaged);
    await retention.tidy(brain);
    assert.equal((await left()).first, 101);
  });

  test("a reader who is half way through the log or a checkpoint loses nothing of it", async () => {
    const { brain, log, retention, checkpoints, checkpoint, left } = await lived(900);
    const gone = await checkpoint(100, 9);
    await checkpoint(600, 9);
    await checkpoint(800, 0);
    await checkpoint(900, 0);
    const reading = log.readers.hold(brain.uid, async () => {
      const chunks = [];
      for await (const chunk of checkpoints.readChunks(gone)) {
        if (chunks.push(chunk) === 1) await new Promise((resolve) => setTimeout(resolve, 150));
      }
      assert.equal((await left()).first, 1);
      return chunks.length;
    });
    await retention.tidy(brain);
    assert.equal(await reading, 3);
    assert.equal((await left()).first, 601);
    await retention.close();
    assert.equal(await chunksOf(brain.uid), 3 * 3);
  });

  test("events stay when the checkpoint that they go behind is removed meanwhile", async () => {
    const { brain, history, checkpoints, checkpoint, left } = await lived(50);
    const { id } = await checkpoint(40, 9);
    const [floor] = (await history.kept(brain.uid))!.checkpoints;
    assert.deepEqual(await history.deleteEvents(brain.uid, floor!, 10), { events: 10, bytes: 70 });
    await checkpoints.remove(brain.uid, id);
    assert.deepEqual(await history.deleteEvents(brain.uid, floor!, 10), { events: 0, bytes: 0 });
    assert.equal((await left()).first, 11);
  });

  test("the checkpoint with which the log begins is refused to whoever asks for its removal", async () => {
    const { brain, retention, checkpoint, left } = await lived(50, 0);
    const base = await checkpoint(30, 0);
    const newest = await checkpoint(50, 0);
    await retention.tidy(brain);
    assert.equal((await left()).first, 31);
    await assert.rejects(retention.remove(brain, base), { code: "checkpoint-in-use" });
    await retention.remove(brain, newest);
    assert.deepEqual((await left()).checkpoints, [30]);
  });

  test("space is given back when it is worth it, and nothing is removed after close", async () => {
    const { brain, space, retention, checkpoint, left } = await lived(40, 0);
    await checkpoint(10, 0);
    await checkpoint(20, 0);
    await retention.tidy(brain);
    assert.equal(space.reclaimed, 0);
    await database().pool.query("UPDATE event SET payload = $2 WHERE brain_uid = $1 AND seq <= 15", [
      brain.uid,
      randomBytes(2_000_000),
    ]);
    await checkpoint(30, 0);
    await retention.tidy(brain);
    assert.equal(space.reclaimed, 1);
    await retention.close();
    await checkpoint(40, 0);
    await retention.tidy(brain);
    assert.equal((await left()).first, 21);
  });
});
