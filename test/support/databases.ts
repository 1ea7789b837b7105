// Every test of the store runs on both databases: the embedded one, and the PostgreSQL server that TEST_DATABASE_URL names.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import pg from "pg";
import { pino } from "pino";
import { type Database, type DatabaseOptions, openDatabase } from "../../src/store/database.ts";
import { newDataDir } from "./data-folder.ts";

export const DATABASE_KINDS = ["embedded", "postgres"] as const;
export type DatabaseKind = Database["kind"];

/** For what logs, where nobody reads it. */
export const SILENT = pino({ level: "silent" });

/** A place for one database of its own, empty at first; `dispose` removes it. */
export type Site = { readonly options: DatabaseOptions; dispose(): Promise<void> };

export async function newSite(kind: DatabaseKind): Promise<Site> {
  const dataDir = kind === "embedded" ? await newDataDir() : await mkdtemp(join(tmpdir(), "engram-test-"));
  const log = SILENT;
  const removeDataDir = () => rm(dataDir, { recursive: true, force: true });
  if (kind === "embedded") return { options: { dataDir, log }, dispose: removeDataDir };
  const name = `engram_test_${randomUUID().replaceAll("-", "")}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const dispose = async () => {
    await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    await removeDataDir();
  };
  return { options: { url: url.href, dataDir, log }, dispose };
}

/** Defines the same tests on both databases, each with one fresh database for all of them: `database()` inside a test. */
export function eachDatabase(define: (database: () => Database, kind: DatabaseKind) => void): void {
  for (const kind of DATABASE_KINDS) {
    describe(kind, () => {
      let site: Site;
      let database: Database;
      before(async () => {
        site = await newSite(kind);
        database = await openDatabase(site.options);
      });
      after(async () => {
        await database?.close();
        await site?.dispose();
      });
      define(() => database, kind);
    });
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined)
    throw new Error("TEST_DATABASE_URL is not set: run the tests with `npm test [part of a file name]`");
  return url;
}
