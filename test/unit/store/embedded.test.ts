import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { utimesSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { lockDataDir } from "../../../src/store/data-dir-lock.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { newSite } from "../../support/databases.ts";
import { newBrain } from "./rows.ts";

async function newDataDir(t: TestContext) {
  const site = await newSite("embedded");
  t.after(() => site.dispose());
  return site.options;
}

/** A process that opens the database, inserts a brain and waits to be killed. */
async function startHolder(t: TestContext, dataDir: string, brainId: string) {
  const script = fileURLToPath(new URL(`./fixtures/hold-database${extname(import.meta.url)}`, import.meta.url));
  const holder = spawn(process.execPath, [...process.execArgv, script, dataDir, brainId], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  return holder;
}

test("a data folder is one process's; a lock left by kill −9 is taken over, and nothing that was committed is lost", async (t) => {
  const options = await newDataDir(t);
  const holder = await startHolder(t, options.dataDir, "survivor");
  await assert.rejects(openDatabase(options), {
    code: "not-ready",
    message: new RegExp(`in use by process ${holder.pid}\\b`),
  });
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const database = await openDatabase(options);
  assert.equal((await new BrainTable(database.prisma).find("survivor"))?.id, "survivor");
  await database.close();
});

test("a lock is stale when its pid belongs to another process by now, or when it says nothing", async (t) => {
  const { dataDir } = await newDataDir(t);
  const before = await readdir(dataDir);
  const file = join(dataDir, "engram.lock");
  const unlock = await lockDataDir(dataDir);
  const mine = JSON.parse(await readFile(file, "utf8"));
  unlock();
  for (const left of [JSON.stringify({ ...mine, startedAt: "1" }), ""]) {
    await writeFile(file, left);
    (await lockDataDir(dataDir))();
  }
  assert.deepEqual(await readdir(dataDir), before);
});

test("of many who want a stale lock one gets it", async (t) => {
  const { dataDir } = await newDataDir(t);
  await writeFile(join(dataDir, "engram.lock"), "");
  const settled = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dataDir)));
  const locks = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assert.equal(locks.length, 1);
  locks[0]!();
});

test("a holder in another container is judged by its heartbeat", async (t) => {
  const { dataDir } = await newDataDir(t);
  const file = join(dataDir, "engram.lock");
  const silenceMs = 300;
  await writeFile(file, JSON.stringify({ pid: process.pid, startedAt: "1", namespace: "elsewhere" }));
  const heartbeat = setInterval(() => utimesSync(file, new Date(), new Date()), silenceMs / 4);
  await assert.rejects(lockDataDir(dataDir, silenceMs), { code: "not-ready" });
  clearInterval(heartbeat);
  (await lockDataDir(dataDir, silenceMs))();
});

test("a database that is closed can be opened again, with what it held", async (t) => {
  const options = await newDataDir(t);
  const first = await openDatabase(options);
  const brain = await new BrainTable(first.prisma).insert(newBrain());
  await first.close();
  const second = await openDatabase(options);
  assert.deepEqual(await new BrainTable(second.prisma).find(brain.id), brain);
  await second.close();
});

test("a database that dies under its work is started again, and has all that was committed", async (t) => {
  const options = await newDataDir(t);
  const database = await openDatabase(options);
  const table = new BrainTable(database.prisma);
  const brain = await table.insert(newBrain());
  // Nothing here uses it, and PGlite does not survive it.
  await assert.rejects(database.pool.query("COPY brain (id) FROM STDIN"));
  const deadline = Date.now() + 20_000;
  let found = null;
  while (found === null && Date.now() < deadline) {
    found = await table.find(brain.id).catch((error) => {
      assert.equal(error.code, "database-unavailable");
      return new Promise<null>((resolve) => setTimeout(() => resolve(null), 20));
    });
  }
  assert.deepEqual(found, brain);
  await database.close();
});
