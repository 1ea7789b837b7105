// Data folders for tests. Making an embedded database takes seconds and is the same every time, so `npm test` makes one, and each test that is
// not about the making itself begins with a copy.

import { execFile } from "node:child_process";
import { link, mkdtemp, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { pino } from "pino";
import { openDatabase } from "../../src/store/database.ts";
import { RESERVE_FILE } from "../../src/store/disk-reserve.ts";
import { COMPILE_QUICKLY } from "./compile-quickly.ts";

COMPILE_QUICKLY.forEach(setFlagsFromString);

const reserveOf = (template: string): string => `${template}.${RESERVE_FILE}`;

/** Makes an empty database in `dataDir`, with every migration applied. */
export async function makeTemplate(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir, log: pino({ level: "silent" }) });
  await database.close();
  await rename(join(dataDir, RESERVE_FILE), reserveOf(dataDir));
}

/** @returns a folder of its own for a server, in which a first start finds an empty database; an empty folder outside of `npm test` */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "engram-test-"));
  await copyTemplate(dataDir);
  const template = process.env.TEST_DATA_DIR;
  // A reserve is removed, and never written to once it is whole: one will do for all that lie on its disk.
  if (template !== undefined) await link(reserveOf(template), join(dataDir, RESERVE_FILE));
  return dataDir;
}

/** Puts an empty database into a folder. */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = process.env.TEST_DATA_DIR;
  // A thousand files: `cp` of node:fs asks four times about each, and takes as long as all else that a server does when it starts.
  if (template !== undefined) await promisify(execFile)("cp", ["-R", `${template}/.`, dataDir]);
}
