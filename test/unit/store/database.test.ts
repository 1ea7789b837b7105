import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pino } from "pino";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { EventLog } from "../../../src/store/event-log.ts";
import { MIGRATIONS_DIR, migrate } from "../../../src/store/migrate.ts";
import { eachDatabase, newSite } from "../../support/databases.ts";
import { newBrain } from "./rows.ts";

const log = pino({ level: "silent" });

test("the migrations lead to the schema", async () => {
  const [wanted, reached] = await Promise.all(
    ["../schema.prisma", "schema.prisma"].map((file) => readFile(join(MIGRATIONS_DIR, file), "utf8")),
  );
  assert.equal(reached, wanted, "run `npm run migration NAME`");
});

eachDatabase((database) => {
  test("migrations are applied once", async () => {
    assert.deepEqual(await migrate(database().pool, log), []);
    const { rows } = await database().pool.query("SELECT finished_at, applied_steps_count FROM _prisma_migrations");
    assert.ok(rows.length > 0 && rows.every((row) => row.finished_at !== null && row.applied_steps_count === 1));
  });

  test("a migration that was changed after it was applied is refused, and one that fails leaves nothing behind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "engram-migrations-"));
    try {
      await cp(MIGRATIONS_DIR, folder, { recursive: true });
      await cp(join(import.meta.dirname, "fixtures/migrations"), folder, { recursive: true });
      await assert.rejects(migrate(database().pool, log, folder), /no_such_table/);
      const { rows } = await database().pool.query(
        "SELECT to_regclass('half_made') AS half, (SELECT count(*)::int FROM _prisma_migrations) AS count",
      );
      const folders = (await readdir(MIGRATIONS_DIR, { withFileTypes: true })).filter((entry) => entry.isDirectory());
      assert.deepEqual(rows, [{ half: null, count: folders.length }]);
      await writeFile(join(folder, "99990101000000_fails/migration.sql"), "CREATE TABLE half_made (id int);");
      assert.deepEqual(await migrate(database().pool, log, folder), ["99990101000000_fails"]);
      await writeFile(join(folder, "99990101000000_fails/migration.sql"), "CREATE TABLE half_made (id bigint);");
      await assert.rejects(migrate(database().pool, log, folder), {
        code: "not-ready",
        message: /99990101000000_fails was changed/,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("large values are kept as they are, times are UTC, the database answers and gives back space", async () => {
    const { rows } = await database().pool.query(
      "SELECT attrelid::regclass::text || '.' || attname AS name FROM pg_attribute WHERE attrelid IN ('event'::regclass, 'chunk'::regclass) AND attstorage = 'e' ORDER BY 1",
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["chunk.data", "event.payload"],
    );
    assert.deepEqual((await database().pool.query("SHOW timezone")).rows, [{ TimeZone: "UTC" }]);
    assert.deepEqual(database().presence, { isUp: true });
    await database().reclaim();
  });

  test("a transaction that its connection leaves open is undone, and its locks are given back", async () => {
    const brain = newBrain();
    const client = await database().pool.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO brain (uid, id, kind, config, mode) VALUES ($1, $2, 'plastic', '{}', 'plastic')", [
      brain.uid,
      brain.id,
    ]);
    await client.query("SET search_path TO nowhere");
    client.release(true);
    assert.equal(await new BrainTable(database().prisma).find(brain.id), null);
  });
});

describe("postgres", () => {
  test("processes that open one database at once apply each migration once", async () => {
    const site = await newSite("postgres");
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase(site.options)));
    const { rows } = await databases[0]!.pool.query("SELECT migration_name FROM _prisma_migrations");
    assert.equal(new Set(rows.map((row) => row.migration_name)).size, rows.length);
    await Promise.all(databases.map((database) => database.close()));
    await site.dispose();
  });

  test("a server that cannot be reached is named, without its password", async () => {
    const opening = openDatabase({ url: "postgresql://me:secret@127.0.0.1:1/engram", dataDir: "unused", log });
    await assert.rejects(opening, (error: Error & { code?: string }) => {
      assert.equal(error.code, "database-unavailable");
      assert.match(error.message, /127\.0\.0\.1:1\/engram.*ECONNREFUSED/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });

  test("connections that the server ends are replaced; statements that meet it gone say so", async () => {
    const site = await newSite("postgres");
    const database = await openDatabase(site.options);
    const table = new BrainTable(database.prisma);
    const { uid, id } = await table.insert(newBrain());
    const events = new EventLog(database.pool, log);
    await database.pool
      .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")
      .catch(() => {});
    assert.equal((await table.find(id))?.uid, uid);
    await site.dispose();
    const head = { kind: "advance" as const, step: 1, mode: "plastic" as const, newLabels: [], shape: null };
    for (const statement of [
      () => table.find(id),
      () => table.insert(newBrain()),
      () => events.head(uid),
      () => events.append({ brain: uid, seq: 1, type: "learned", payload: new Uint8Array(), head }),
    ]) {
      await assert.rejects(statement, { code: "database-unavailable" });
    }
    await database.close();
  });
});
