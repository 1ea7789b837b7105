// The embedded database where even the reserve is used up: its log cannot be written, and PostgreSQL ends. It is opened again, from what it
// wrote, as often as somebody asks.

import assert from "node:assert/strict";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import { RESERVE_FILE } from "../../../src/store/disk-reserve.ts";
import { copyTemplate } from "../../support/data-folder.ts";
import { SILENT } from "../../support/databases.ts";
import { SmallDisk } from "../../support/small-disk.ts";

/** Fills the write-ahead log and nothing else. */
const LOG_A_MEGABYTE = "SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))";

async function noted({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("SELECT count(*)::int AS count FROM noted");
  return rows[0]?.count ?? 0;
}

test("a database whose log finds no room dies, and comes back with all that it confirmed once there is room", async (t) => {
  const disk = await SmallDisk.open(160);
  if (disk === null) return t.skip("this user may not mount a small disk (unshare -rm)");
  await copyTemplate(disk.path);
  const database = await openDatabase({ dataDir: disk.path, log: SILENT });
  t.after(async () => {
    await database.close();
    await disk.close();
  });
  await database.pool.query("CREATE TABLE noted (number integer)");
  for (let number = 0; number < 10; number++) await database.pool.query("INSERT INTO noted VALUES ($1)", [number]);

  rmSync(join(disk.path, RESERVE_FILE));
  disk.fill();
  const deaths: string[] = [];
  for (let round = 0; round < 60 && deaths.length < 3; round++) {
    await database.pool.query(LOG_A_MEGABYTE).catch(async ({ message }: Error) => {
      deaths.push(message);
      disk.fill();
      await sleep(500);
    });
  }
  assert.equal(deaths.length, 3, "it did not die");
  assert.ok(!database.presence.isUp);
  assert.match(database.presence.reason, /the disk (of .* )?is full/);

  disk.empty();
  for (let tries = 0; (await noted(database).catch(() => null)) === null; tries++) {
    assert.ok(tries < 40, "it does not come back");
    await sleep(250);
  }
  assert.equal(await noted(database), 10);
  while (database.room.outage !== null) await sleep(100);
  while (!database.presence.isUp) await sleep(100);
  await database.pool.query("INSERT INTO noted VALUES (10)");
  assert.ok(statSync(join(disk.path, RESERVE_FILE)).size > 0, "no new reserve");
});

test("the log is given back at a checkpoint, so that it stays small", async (t) => {
  const disk = await SmallDisk.open(250);
  if (disk === null) return t.skip("this user may not mount a small disk (unshare -rm)");
  await copyTemplate(disk.path);
  const database = await openDatabase({ dataDir: disk.path, log: SILENT });
  t.after(async () => {
    await database.close();
    await disk.close();
  });
  for (let round = 0; round < 300; round++) await database.pool.query(LOG_A_MEGABYTE);
  assert.equal(database.room.outage, null);
});
