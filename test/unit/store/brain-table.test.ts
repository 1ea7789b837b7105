import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { PlasticConfig } from "../../../src/brain/config.ts";
import { initialShape } from "../../../src/brain/shape.ts";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { CheckpointStore } from "../../../src/store/checkpoint-store.ts";
import { encodeCursor } from "../../../src/store/cursor.ts";
import { EventLog } from "../../../src/store/event-log.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { newBrain, newCheckpoint } from "./rows.ts";

eachDatabase((database) => {
  test("a brain is found as it was inserted, with an empty head", async () => {
    const table = new BrainTable(database().prisma);
    const brain = newBrain({ name: "Größe", tags: { team: "a" } });
    const row = await table.insert(brain);
    const { createdAt, updatedAt, ...rest } = row;
    assert.deepEqual(rest, { ...brain, seq: 0, step: 0, labels: [], shape: initialShape(brain), origin: null });
    assert.ok(Math.abs(createdAt.getTime() - Date.now()) < 60_000 && updatedAt >= createdAt);
    assert.deepEqual(await table.find(brain.id), row);
    assert.equal(await table.find("nobody"), null);
  });

  test("a configuration stored before memory policies means the ring", async () => {
    const table = new BrainTable(database().prisma);
    const { memoryPolicy: _, ...config } = newBrain().config;
    // What an older server wrote.
    const { id } = await table.insert(newBrain({ config: config as PlasticConfig }));
    assert.deepEqual((await table.find(id))?.config, { ...config, memoryPolicy: "fifo" });
  });

  test("a taken id is refused, and free again once its brain is removed", async () => {
    const table = new BrainTable(database().prisma);
    const first = await table.insert(newBrain());
    const again = newBrain({ id: first.id });
    await assert.rejects(table.insert(again), {
      code: "brain-exists",
      fields: [{ pointer: "#/id", detail: "is taken" }],
    });
    assert.equal(await table.remove(first.uid), true);
    assert.equal((await table.insert(again)).uid, again.uid);
  });

  test("an update changes what it names and nothing else", async () => {
    const table = new BrainTable(database().prisma);
    const { uid, id } = await table.insert(newBrain({ name: "before", tags: { a: "1" } }));
    assert.equal((await table.update(uid, { name: null }))?.name, null);
    assert.deepEqual((await table.update(uid, { tags: { b: "2" } }))?.tags, { b: "2" });
    assert.equal((await table.find(id))?.name, null);
    assert.equal(await table.update(randomUUID(), { name: "nobody" }), null);
  });

  test("pages list every brain once, newest last, also when the last row of a page is removed meanwhile", async () => {
    const table = new BrainTable(database().prisma);
    const known = (await table.list({ limit: 1000 })).rows.length;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await table.insert(newBrain())).id);
    const listed: string[] = [];
    let page = await table.list({ limit: 2 });
    for (;;) {
      listed.push(...page.rows.map(({ id }) => id));
      if (page.nextCursor === null) break;
      if (listed.includes(ids[0]!)) await table.remove(page.rows.at(-1)!.uid);
      page = await table.list({ limit: 2, cursor: page.nextCursor });
    }
    assert.equal(listed.length, known + 5);
    assert.deepEqual(listed.filter((id) => ids.includes(id)).sort(), [...ids].sort());
  });

  test("a cursor that the server did not give out is refused", async () => {
    const table = new BrainTable(database().prisma);
    for (const cursor of ["", "%%", encodeCursor(1, 2), encodeCursor("yesterday", "x"), encodeCursor("only one")]) {
      await assert.rejects(table.list({ limit: 2, cursor }), {
        code: "validation",
        fields: [{ pointer: "?cursor", detail: "is not one that this server gave out" }],
      });
    }
  });

  test("removing a brain removes its events, checkpoints and chunks, and no other brain's", async () => {
    const table = new BrainTable(database().prisma);
    const [gone, kept] = [await table.insert(newBrain()), await table.insert(newBrain())];
    const log = new EventLog(database().pool, SILENT);
    const checkpoints = new CheckpointStore(database());
    for (const { uid } of [gone, kept]) {
      const head = { kind: "advance" as const, step: 1, mode: "plastic" as const, newLabels: [], shape: null };
      await log.append({ brain: uid, seq: 1, type: "learned", payload: new Uint8Array(3), head });
      const { checkpoint, readChunk } = newCheckpoint({ seq: 1 });
      await checkpoints.write(uid, checkpoint, readChunk);
    }
    assert.equal(await table.remove(gone.uid), true);
    assert.equal(await table.remove(gone.uid), false);
    for (const name of ["event", "checkpoint", "chunk"]) {
      const count = async (uid: string) =>
        Number((await database().pool.query(`SELECT count(*) FROM ${name} WHERE brain_uid = $1`, [uid])).rows[0].count);
      assert.equal(await count(gone.uid), 0);
      assert.ok((await count(kept.uid)) > 0);
    }
  });
});
