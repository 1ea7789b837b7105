// Applies prisma/migrations as `prisma migrate deploy` would (same table, checksums and advisory lock), without its downloads and on the
// embedded database too. Invariant: a migration and its record are one transaction, so that a crash at any moment leaves both or neither.

import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pool, PoolClient } from "pg";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { PACKAGE_ROOT } from "../package-root.ts";

/** The package's own migrations. */
export const MIGRATIONS_DIR = fileURLToPath(new URL("prisma/migrations/", PACKAGE_ROOT));

/** The advisory lock that Prisma's schema engine takes. */
const PRISMA_LOCK = 72707369;
/** How long one opener waits for another one's migrations. */
const LOCK_TIMEOUT_MS = 10 * 60_000;

const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

/**
 * Brings the database up to the newest migration; any number of processes may race here.
 * @param directory folders in the order of their names, each with a migration.sql
 * @returns the names of the migrations that this call applied
 * @throws EngramError `not-ready` when an applied migration was changed since, or failed half-way under another tool
 */
export async function migrate(pool: Pool, log: Logger, directory = MIGRATIONS_DIR): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = await pool.connect();
  try {
    // No statement here may be cut short by the pool's timeout: migrations of large tables take their time.
    const lock = { text: "SELECT pg_advisory_lock($1)", values: [PRISMA_LOCK], query_timeout: LOCK_TIMEOUT_MS };
    await client.query(lock);
    await client.query(MIGRATIONS_TABLE);
    const applied = await applyMissing(client, migrations, log);
    await client.query("SELECT pg_advisory_unlock($1)", [PRISMA_LOCK]);
    client.release();
    return applied;
  } catch (error) {
    client.release(true); // the connection ends, and the lock with it
    throw error;
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function applyMissing(client: PoolClient, migrations: readonly Migration[], log: Logger): Promise<string[]> {
  const recorded = await readRecords(client);
  const known = new Set(migrations.map(({ name }) => name));
  for (const name of recorded.keys()) {
    if (!known.has(name)) log.warn({ migration: name }, "the database has a migration that this version does not know");
  }
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = recorded.get(migration.name);
    if (checksum === undefined) {
      await apply(client, migration);
      log.info({ migration: migration.name }, "migration applied");
      applied.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw new EngramError("not-ready", `Migration ${migration.name} was changed after it was applied.`);
    }
  }
  return applied;
}

async function readRecords(client: PoolClient): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  const failed = rows.find(({ finished_at }) => finished_at === null);
  if (failed !== undefined) {
    const advice = "resolve it with `prisma migrate resolve`";
    throw new EngramError("not-ready", `Migration ${failed.migration_name} was left half-way: ${advice}.`);
  }
  return new Map(rows.map(({ migration_name, checksum }) => [migration_name, checksum]));
}

async function apply(client: PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("BEGIN");
  const script = { text: sql, query_timeout: LOCK_TIMEOUT_MS };
  await client.query(script);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );
  await client.query("COMMIT");
}
