// A first start that is killed, wherever it was: the next one makes everything anew, or goes on.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call } from "../support/client.ts";
import { ServerProcess } from "./server-process.ts";

type Moment = (dataDir: string, server: ServerProcess) => boolean;

const holds = (dataDir: string, name: string): boolean =>
  existsSync(dataDir) && readdirSync(dataDir, { recursive: true }).some((path) => String(path).endsWith(name));

/** In the order in which they come. */
const MOMENTS: Readonly<Record<string, Moment>> = {
  "its version is written, and not all of its files": (dataDir) => holds(dataDir, "PG_VERSION"),
  "its folder has its name": (dataDir) => existsSync(join(dataDir, "postgres")),
  "a migration is applied": (_, { log }) => log.some(({ msg }) => msg === "migration applied"),
};

test("a first start that is killed at any moment leaves a folder that the next one opens", async (t) => {
  for (const [name, isNow] of Object.entries(MOMENTS)) {
    await t.test(`killed once ${name}`, async () => {
      const dataDir = await mkdtemp(join(tmpdir(), "engram-test-"));
      const environment = { ENGRAM_DATA_DIR: dataDir, ENGRAM_HOSTS: "1" };
      const killed = new ServerProcess(environment);
      while (!isNow(dataDir, killed)) await sleep(1);
      await killed.kill();
      const server = new ServerProcess(environment);
      try {
        const url = await server.listening();
        assert.deepEqual(await call("GET", `${url}/v1/brains`), { brains: [], nextCursor: null });
        assert.ok(!existsSync(join(dataDir, "postgres.new")));
      } finally {
        await server.kill();
        await rm(dataDir, { recursive: true, force: true });
      }
    });
  }
});
