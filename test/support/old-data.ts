// Data of earlier versions under test/fixtures/old-data: how they are packed, and what has to be found in them by every later version.

import { readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { create, extract } from "tar";
import type { Database } from "../../src/store/database.ts";
import { RESERVE_FILE } from "../../src/store/disk-reserve.ts";
import { MIGRATIONS_DIR } from "../../src/store/migrate.ts";
import { call, type PredictAnswer } from "./client.ts";

/** Plain JSON, as an answer held it. */
type Answer = { readonly [field: string]: unknown };

/** The servers that write and read such data keep all of it, however old it is by now. */
export const OLD_DATA_SETTINGS = {
  ENGRAM_TRACKING_TTL_HOURS: "87600",
  ENGRAM_HISTORY_DAYS: "3650",
  ENGRAM_KEEP_CHECKPOINTS: "1000",
};

/** A brain as the version that wrote the data saw it. */
export type ExpectedBrain = {
  readonly id: string;
  readonly answers: { readonly [path: string]: Answer };
  readonly inputs: readonly (readonly number[])[];
  readonly predictions: PredictAnswer;
  /** Of the state that all events lead to. */
  readonly digest: string;
  readonly checkpoints: readonly { readonly id: string; readonly seq: number; readonly digest: string }[];
  /** Ids of tracked predictions. */
  readonly pending: readonly string[];
  readonly settled: readonly string[];
};

export type Expected = {
  /** The one that computed the data. Bits of a replay are the same on every processor with `reference` alone. */
  readonly backend: string;
  readonly brains: readonly ExpectedBrain[];
  readonly deleted: readonly string[];
};

const FOLDER = new URL("../fixtures/old-data/", import.meta.url);

/** The versions that left data. */
export const oldVersions = (): string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

export const fixturePath = (version: string, file: string): string =>
  fileURLToPath(new URL(`${version}/${file}`, FOLDER));

export const readExpected = async (version: string, kind: Database["kind"]): Promise<Expected> =>
  JSON.parse(await readFile(fixturePath(version, `${kind}.expected.json`), "utf8"));

/** What the brain answers now: of all that `answers` of an expected brain names. */
export async function ask(brainUrl: string, paths: readonly string[]): Promise<ExpectedBrain["answers"]> {
  const answers = await Promise.all(paths.map(async (path) => [path, await call<Answer>("GET", brainUrl + path)]));
  return Object.fromEntries(answers);
}

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
const SMALL = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };

/** Packs a data folder, without what belongs to the process that had it. */
export async function packFolder(dataDir: string, file: string): Promise<void> {
  const filter = (path: string) => !path.includes("engram.lock") && !path.endsWith(RESERVE_FILE);
  const tarball = await create({ cwd: dataDir, portable: true, filter }, ["."]).concat();
  await writeFile(file, await compress(tarball, SMALL));
}

/** Unpacks what `packFolder` wrote, in place of the database that is there. */
export async function unpackFolder(file: string, dataDir: string): Promise<void> {
  await rm(join(dataDir, "postgres"), { recursive: true, force: true });
  const tarball = await decompress(await readFile(file));
  await new Promise<void>((resolve, reject) => {
    extract({ cwd: dataDir }).on("finish", resolve).on("error", reject).end(tarball);
  });
}

/** In an order in which each row finds the rows that it refers to. */
const TABLES = ["brain", "event", "checkpoint", "chunk", "tracked_prediction"] as const;
type Dump = { readonly migrations: readonly string[]; readonly rows: { readonly [table: string]: readonly unknown[] } };

/** Writes all rows, and the names of the migrations that made their tables, to `file`. */
export async function dumpRows(pool: Database["pool"], file: string): Promise<void> {
  const migrations = await pool.query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1",
  );
  const rows: Record<string, readonly unknown[]> = {};
  for (const table of TABLES) {
    rows[table] = (await pool.query<{ row: unknown }>(`SELECT row_to_json(t) AS row FROM ${table} t`)).rows.map(
      ({ row }) => row,
    );
  }
  const dump: Dump = { migrations: migrations.rows.map(({ name }) => name), rows };
  await writeFile(file, await compress(Buffer.from(JSON.stringify(dump)), SMALL));
}

/** @returns the dump, with a folder of the migrations that had been applied when it was made (they are never edited) */
export async function readDump(file: string): Promise<Dump & { readonly migrationsDir: string }> {
  const dump: Dump = JSON.parse((await decompress(await readFile(file))).toString());
  const migrationsDir = await mkdtemp(join(tmpdir(), "engram-test-migrations-"));
  for (const name of dump.migrations) {
    await cp(join(MIGRATIONS_DIR, name), join(migrationsDir, name), { recursive: true });
  }
  return { ...dump, migrationsDir };
}

/** Fills tables that are empty. */
export async function insertRows(pool: Database["pool"], { rows }: Dump): Promise<void> {
  for (const table of TABLES) {
    await pool.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [
      JSON.stringify(rows[table] ?? []),
    ]);
  }
}
