// What is measured of a server while it is soaked: of each of its processes, and of where it keeps its data.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

const MIB = 1024 * 1024;
/** A page of Linux's statm. */
const PAGE_BYTES = 4096;

/** By name, e.g. `gateway rss MB`. */
export type Sample = Readonly<Record<string, number>>;

/** @returns resident memory, file descriptors and threads of a process, and what it says itself; nothing of one that is gone */
export async function probeProcess(name: string, pid: number, vitals: string): Promise<Sample> {
  const folder = `/proc/${pid}`;
  const [statm, descriptors, tasks, told] = await Promise.all([
    readFile(join(folder, "statm"), "utf8").catch(() => null),
    readdir(join(folder, "fd")).catch(() => []),
    readdir(join(folder, "task")).catch(() => []),
    readFile(join(vitals, `${pid}.json`), "utf8").then(JSON.parse, () => null),
  ]);
  if (statm === null) return {};
  const rss = { [`${name} rss MB`]: (Number(statm.split(" ")[1]) * PAGE_BYTES) / MIB };
  const counts = { [`${name} fds`]: descriptors.length, [`${name} threads`]: tasks.length };
  if (told === null) return { ...rss, ...counts };
  const { heapUsed, external, handles } = told as { heapUsed: number; external: number; handles: number };
  const held = { [`${name} heap MB`]: heapUsed / MIB, [`${name} external MB`]: external / MIB };
  return { ...rss, ...held, ...counts, [`${name} handles`]: handles };
}

/** @returns the size of the database at `url`, or else of all files in `dataDir` */
export async function probeDatabase(dataDir: string, url: string | undefined): Promise<Sample> {
  const bytes = url === undefined ? await folderBytes(dataDir) : await databaseBytes(url);
  return { "database MB": bytes / MIB };
}

async function databaseBytes(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>("SELECT pg_database_size(current_database()) AS bytes");
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ), // gone meanwhile
  );
  return sizes.reduce((total, size) => total + size, 0);
}
