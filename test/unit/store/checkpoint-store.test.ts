import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { CheckpointStore } from "../../../src/store/checkpoint-store.ts";
import type { Database } from "../../../src/store/database.ts";
import { Readers } from "../../../src/store/readers.ts";
import { eachDatabase } from "../../support/databases.ts";
import { all, newBrain, newCheckpoint } from "./rows.ts";

const addBrain = async (database: Database): Promise<string> =>
  (await new BrainTable(database.prisma).insert(newBrain())).uid;

const chunkRows = async (database: Database, brain: string) =>
  (
    await database.pool.query(
      "SELECT codec, raw_length, octet_length(data) AS stored FROM chunk WHERE brain_uid = $1",
      [brain],
    )
  ).rows;

eachDatabase((database) => {
  test("a checkpoint is read back as it was written: restore ∘ checkpoint = identity", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    // Parts that compress, that do not, and that repeat; more than one statement's worth; a short last chunk.
    const body = Buffer.concat([Buffer.alloc(1_500_000), randomBytes(1_000_000), Buffer.alloc(300_001, "pattern")]);
    const { checkpoint, readChunk } = newCheckpoint({ seq: 7, step: 5, labels: ["cat"], name: "first" }, body, 65_536);
    const row = await store.write(brain, checkpoint, readChunk);
    assert.deepEqual(await store.find(brain, row.id), row);
    assert.deepEqual(
      { ...row, header: Buffer.from(row.header), hashes: Buffer.from(row.hashes) },
      { ...checkpoint, brainUid: brain, createdAt: row.createdAt },
    );
    assert.ok(Buffer.concat(await all(store.readChunks(row))).equals(body));
  });

  test("chunks are compressed where that pays", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    const { checkpoint, readChunk } = newCheckpoint(
      {},
      Buffer.concat([randomBytes(1_048_576), Buffer.alloc(65_536, "text ")]),
      65_536,
    );
    await store.write(brain, checkpoint, readChunk);
    const rows = await chunkRows(database(), brain);
    assert.equal(rows.filter(({ codec, stored }) => codec === 0 && stored === 65_536).length, 16);
    assert.equal(rows.filter(({ codec, stored }) => codec === 1 && stored < 1_000).length, 1);
  });

  test("chunks that a brain has already are neither read nor written again", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    const first = newCheckpoint({}, randomBytes(20_000));
    await store.write(brain, first.checkpoint, first.readChunk);
    assert.deepEqual(first.asked, [0, 1, 2, 3, 4]);
    const same = newCheckpoint({ seq: 1 }, first.body);
    await store.write(brain, same.checkpoint, same.readChunk);
    assert.deepEqual(same.asked, []);
    const changed = Buffer.from(first.body);
    changed[9_000]! ^= 1;
    const third = newCheckpoint({ seq: 2 }, changed);
    await store.write(brain, third.checkpoint, third.readChunk);
    assert.deepEqual(third.asked, [2]);
    assert.equal((await chunkRows(database(), brain)).length, 6);
  });

  test("a state that changes while it is written makes no checkpoint", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    const { checkpoint } = newCheckpoint();
    await assert.rejects(
      store.write(brain, checkpoint, async () => new Uint8Array(4096)),
      /chunk 0 changed/,
    );
    assert.equal(await store.latest(brain), null);
    assert.throws(
      () => store.write(brain, { ...checkpoint, hashes: new Uint8Array(32) }, async () => new Uint8Array()),
      RangeError,
    );
  });

  test("collecting removes the chunks that no checkpoint names, also those of a write that did not finish", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    const [kept, gone, unfinished] = [
      newCheckpoint({}, randomBytes(8_192)),
      newCheckpoint({}, randomBytes(8_192)),
      newCheckpoint({}, randomBytes(4 * 1_048_576), 1_048_576),
    ];
    const row = await store.write(brain, kept.checkpoint, kept.readChunk);
    await store.write(brain, gone.checkpoint, gone.readChunk);
    const dies = async (index: number) => {
      if (index === 2) throw new Error("host died");
      return unfinished.readChunk(index);
    };
    await assert.rejects(store.write(brain, unfinished.checkpoint, dies), /host died/);
    assert.equal(await store.remove(brain, gone.checkpoint.id), true);
    assert.equal(await store.remove(brain, gone.checkpoint.id), false);
    const { chunks, bytes } = await store.collect(brain, new Readers());
    assert.ok(chunks === 4 && bytes >= 2 * 1_048_576 + 8_192);
    assert.deepEqual(await store.collect(brain, new Readers()), { chunks: 0, bytes: 0 });
    assert.ok(Buffer.concat(await all(store.readChunks(row))).equals(kept.body));
  });

  test("collecting while a checkpoint is written leaves it whole", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    const first = newCheckpoint({}, randomBytes(3 * 4096));
    const row = await store.write(brain, first.checkpoint, first.readChunk);
    await store.remove(brain, row.id);
    const again = newCheckpoint({}, Buffer.concat([first.body, randomBytes(100)]));
    const [written] = await Promise.all([
      store.write(brain, again.checkpoint, again.readChunk),
      store.collect(brain, new Readers()),
    ]);
    assert.deepEqual(again.asked, [3]);
    assert.ok(Buffer.concat(await all(store.readChunks(written))).equals(again.body));
  });

  test("a chunk that is changed or missing is damage, and names its brain", async () => {
    const table = new BrainTable(database().prisma);
    const brain = await table.insert(newBrain());
    const store = new CheckpointStore(database());
    for (const [body, chunk] of [
      [randomBytes(12_000), 1],
      [Buffer.alloc(12_000, "compresses"), 1],
    ] as const) {
      const { checkpoint, readChunk } = newCheckpoint({}, body);
      const row = await store.write(brain.uid, checkpoint, readChunk);
      const hash = Buffer.from(row.hashes.subarray(32 * chunk, 32 * chunk + 32));
      await database().pool.query(
        "UPDATE chunk SET data = set_byte(data, 5, get_byte(data, 5) # 255) WHERE brain_uid = $1 AND hash = $2",
        [brain.uid, hash],
      );
      await assert.rejects(all(store.readChunks(row)), {
        code: "brain-damaged",
        message: new RegExp(`"${brain.id}".*chunk 1.*does not match`),
      });
      await database().pool.query("DELETE FROM chunk WHERE brain_uid = $1 AND hash = $2", [brain.uid, hash]);
      await assert.rejects(all(store.readChunks(row)), { code: "brain-damaged", message: /chunk 1.*is missing/ });
    }
  });

  test("checkpoints are listed newest first, page by page, and found by seq", async () => {
    const brain = await addBrain(database());
    const store = new CheckpointStore(database());
    const ids: string[] = [];
    for (const seq of [3, 5, 5, 9]) {
      const { checkpoint, readChunk } = newCheckpoint({ seq });
      ids.unshift((await store.write(brain, checkpoint, readChunk)).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const first = await store.list(brain, { limit: 3 });
    const second = await store.list(brain, { limit: 3, cursor: first.nextCursor! });
    assert.deepEqual(
      [...first.rows, ...second.rows].map(({ id }) => id),
      ids,
    );
    assert.equal(second.nextCursor, null);
    assert.equal((await store.latest(brain))?.seq, 9);
    assert.equal((await store.latest(brain, 8))?.id, ids[1]);
    assert.equal(await store.latest(brain, 2), null);
    await assert.rejects(store.list(brain, { limit: 1, cursor: "WzEsMiwzXQ" }), { code: "validation" });
  });

  test("a checkpoint is its own brain's alone, and an id that is no uuid names none", async () => {
    const [brain, other] = [await addBrain(database()), await addBrain(database())];
    const store = new CheckpointStore(database());
    const { checkpoint, readChunk } = newCheckpoint();
    const { id } = await store.write(brain, checkpoint, readChunk);
    for (const [uid, name] of [
      [other, id],
      [brain, randomUUID()],
      [brain, "latest"],
    ] as const) {
      assert.equal(await store.find(uid, name), null);
      assert.equal(await store.remove(uid, name), false);
    }
    assert.ok(await store.find(brain, id));
  });
});
