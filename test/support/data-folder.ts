// Data folders for tests. Making an embedded database takes seconds and is the same every time, so `npm test` makes one, and each test that is
// not about the making itself begins with a copy.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { pino } from "pino";
import { openDatabase } from "../../src/store/database.ts";
import { RESERVE_FILE } from "../../src/store/disk-reserve.ts";

/**
 * Option of V8: WebAssembly is compiled once, and what runs often not again with optimizations. Those of the embedded database take a third of the
 * processor time of a server that lives for seconds.
 */
export const COMPILE_QUICKLY = "--liftoff-only";
setFlagsFromString(COMPILE_QUICKLY);

/** Makes an empty database in `dataDir`, with every migration applied. */
export async function makeTemplate(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir, log: pino({ level: "silent" }) });
  await database.close();
  await rm(join(dataDir, RESERVE_FILE));
}

/** @returns a folder of its own for a server, in which a first start finds an empty database; an empty folder outside of `npm test` */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "engram-test-"));
  await copyTemplate(dataDir);
  return dataDir;
}

/** Puts an empty database into a folder. */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = process.env.TEST_DATA_DIR;
  if (template !== undefined) await cp(template, dataDir, { recursive: true });
}
