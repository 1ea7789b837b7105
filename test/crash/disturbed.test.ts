// What a start may find: files of others, locks of the dead, chunks that were torn, a migration that was cut short. It serves what is sound, says
// what is not, and loses no event over it.

import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Database, openDatabase } from "../../src/store/database.ts";
import {
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
  type Stamp,
} from "../support/client.ts";
import { DATABASE_KINDS, newSite, SILENT, type Site } from "../support/databases.ts";
import { fixturePath, oldVersions, readExpected, unpackFolder } from "../support/old-data.ts";
import { ServerProcess } from "./server-process.ts";

const environmentOf = ({ options: { dataDir, url } }: Site) => ({
  ENGRAM_DATA_DIR: dataDir,
  ENGRAM_HOSTS: "1",
  ENGRAM_TRACKING_TTL_HOURS: "87600",
  ...(url === undefined ? {} : { DATABASE_URL: url }),
});

/** Runs `use` on a server of its own, which is killed then. @returns what it logged */
async function withServer(site: Site, use: (brains: string) => Promise<void>): Promise<ServerProcess["log"]> {
  const server = new ServerProcess(environmentOf(site));
  try {
    await use(`${await server.listening()}/v1/brains`);
  } finally {
    await server.kill();
  }
  return server.log;
}

async function withDatabase(site: Site, use: (pool: Database["pool"]) => Promise<unknown>): Promise<void> {
  const database = await openDatabase({ ...site.options, log: SILENT });
  try {
    await use(database.pool);
  } finally {
    await database.close();
  }
}

/** What may become of the chunks of one brain, on disk or by a bug, while the rows of its checkpoints stay as they are. */
const TEARS: Readonly<Record<string, string>> = {
  truncated: "UPDATE chunk SET data = substring(data FROM 1 FOR octet_length(data) / 2)",
  changed: "UPDATE chunk SET data = overlay(data PLACING '\\xff00ff' FROM 1)",
  missing: "DELETE FROM chunk",
};
const KINDS = { plastic: SMALL_BRAIN, triarchic: SMALL_TRIARCHIC_BRAIN };

for (const database of DATABASE_KINDS) {
  test(`torn chunks are found: the brain comes back by a longer replay, its checkpoint is refused (${database})`, async (t) => {
    const site = await newSite(database);
    t.after(() => site.dispose());
    const victims = Object.entries(TEARS).flatMap(([how, statement]) =>
      Object.entries(KINDS).map(([kind, blueprint]) => ({ id: `${kind}-${how}`, statement, blueprint })),
    );
    const digests = new Map<string, string>();
    const kept = new Map<string, CheckpointAnswer>();
    await withServer(site, async (brains) => {
      for (const { id, blueprint } of victims) {
        const learn = (index: number) =>
          call("POST", `${brains}/${id}/learn`, { inputs: [inputOf(index)], labels: [`class-${index % 3}`] });
        await call("POST", brains, { id, ...blueprint });
        for (let index = 0; index < 5; index++) await learn(index);
        kept.set(id, await call<CheckpointAnswer>("POST", `${brains}/${id}/checkpoints`, { name: "kept" }));
        for (let index = 5; index < 9; index++) await learn(index);
        digests.set(id, await digestOf(`${brains}/${id}`));
      }
    });
    await withDatabase(site, async (pool) => {
      for (const { id, statement } of victims) {
        await pool.query(`${statement} WHERE brain_uid = (SELECT uid FROM brain WHERE id = $1)`, [id]);
      }
    });

    const log = await withServer(site, async (brains) => {
      for (const { id } of victims) {
        const brain = `${brains}/${id}`;
        assert.equal(await digestOf(brain), digests.get(id));
        const { id: damaged, digest, seq } = kept.get(id)!;
        const restoreCheckpoint = () => call("POST", `${brain}/checkpoints/${damaged}/restore`);
        await assert.rejects(restoreCheckpoint, { status: 409, message: /checkpoint-damaged/ });
        // The state is not lost with its checkpoint: the log leads to it, and what is written of it anew mends the checkpoint.
        await call("POST", `${brain}/restore`, { seq });
        assert.equal(await digestOf(brain), digest);
        await restoreCheckpoint();
        assert.equal(await digestOf(brain), digest);
        await call<Stamp>("POST", `${brain}/learn`, { inputs: [inputOf(20)], labels: ["after"] });
      }
    });
    const found = log.filter(({ msg }) => msg.startsWith("checkpoint damaged"));
    assert.deepEqual(new Set(found.map(({ brain }) => brain)), new Set(victims.map(({ id }) => id)));
    assert.ok(found.every(({ level }) => level === 50));
  });
}

test("files of others, what a dead process left, and folders of its own making are no obstacle", async (t) => {
  const site = await newSite("embedded");
  t.after(() => site.dispose());
  const { dataDir } = site.options;
  let digest = "";
  await withServer(site, async (brains) => {
    await call("POST", brains, { id: "calm", ...SMALL_BRAIN });
    await call("POST", `${brains}/calm/learn`, { inputs: [inputOf(1)], labels: ["a"] });
    digest = await digestOf(`${brains}/calm`);
  });
  assert.ok((await readdir(dataDir)).includes("engram.lock"), "a server that is killed leaves its lock");
  await writeFile(join(dataDir, "engram.lock.1234.5678"), "{");
  await writeFile(join(dataDir, "notes.tmp"), "");
  await mkdir(join(dataDir, "postgres.new"));
  await writeFile(join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
  await writeFile(join(dataDir, "postgres", "base", "pgsql_tmp.1"), "half");
  await withServer(site, async (brains) => assert.equal(await digestOf(`${brains}/calm`), digest));
});

const [oldest] = oldVersions();

test("an upgrade that is killed half-way is finished by the next start", async (t) => {
  const site = await newSite("embedded");
  t.after(() => site.dispose());
  await unpackFolder(fixturePath(oldest!, "embedded.tar.br"), site.options.dataDir);
  const { brains: expected } = await readExpected(oldest!, "embedded");
  for (let applied = 1; applied <= 2; applied++) {
    const server = new ServerProcess(environmentOf(site));
    await server.logs(({ msg }) => msg === "migration applied" || msg === "listening");
    await server.kill();
  }
  await withServer(site, async (brains) => {
    for (const { id, predictions } of expected) {
      assert.equal((await call<Stamp>("GET", `${brains}/${id}`)).seq, predictions.seq);
      await call("POST", `${brains}/${id}/learn`, { inputs: [inputOf(1)], labels: ["a"] });
    }
  });
});
