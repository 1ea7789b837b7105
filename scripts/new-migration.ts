// Authors a migration from what prisma/schema.prisma says and the migrations so far do not: `npm run migration NAME`.
// It is `prisma migrate dev --create-only` without a server and without a download: prisma/migrations/schema.prisma keeps the schema that
// the migrations lead to, and the WebAssembly build of Prisma's own schema engine compares the two.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";

const pathOf = (file: string) => fileURLToPath(new URL(`../prisma/${file}`, import.meta.url));
const wanted = await readFile(pathOf("schema.prisma"), "utf8");
const reached = await readFile(pathOf("migrations/schema.prisma"), "utf8").catch(() => null);

async function loadEngine(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const bytes = await readFile(join(folder, "schema_engine_bg.wasm"));
  // Node has WebAssembly; the library types we compile with (ES2023, no DOM) do not say so.
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmApi };
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}
type WasmApi = {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

const refuse = (): never => {
  throw new Error("comparing two schemas needs no database");
};
const nothing: SqlDriverAdapter = {
  provider: "postgres",
  adapterName: "no-database",
  // Its one question on connecting: does the schema exist, and which server is this?
  queryRaw: async () => ({
    columnNames: ["exists", "version", "numeric_version"],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, "PostgreSQL 15.0", 150_000]],
  }),
  executeRaw: refuse,
  executeScript: refuse,
  startTransaction: refuse,
  dispose: async () => {},
};
/** The engine wants a database to connect to, even where it asks it nothing. */
const NO_DATABASE: SqlMigrationAwareDriverAdapterFactory = {
  provider: "postgres",
  adapterName: "no-database",
  connect: async () => nothing,
  connectToShadowDb: async () => nothing,
};

/** @returns the SQL that leads from `reached` to `wanted` */
async function diff(): Promise<string> {
  const target = (content: string) => ({
    tag: "schemaDatamodel" as const,
    files: [{ path: "schema.prisma", content }],
  });
  const adapter = bindMigrationAwareSqlAdapterFactory(NO_DATABASE);
  const schemaEngine = await engine.SchemaEngine.new({ datamodels: [["schema.prisma", wanted]] }, () => {}, adapter);
  const { stdout } = await schemaEngine.diff({
    from: reached === null ? { tag: "empty" } : target(reached),
    to: target(wanted),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  if (stdout === null) throw new Error("the schema engine gave no script");
  return stdout;
}

const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/.test(name)) throw new Error("usage: npm run migration NAME (a-z, 0-9, _)");
if (wanted === reached) {
  console.log("The migrations already lead to prisma/schema.prisma.");
} else {
  await loadEngine();
  const folder = pathOf(`migrations/${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  const sql = await diff();
  await mkdir(folder);
  await writeFile(join(folder, "migration.sql"), sql);
  await writeFile(pathOf("migrations/schema.prisma"), wanted);
  console.log(`Wrote ${folder}/migration.sql: read it before you commit it.`);
}
