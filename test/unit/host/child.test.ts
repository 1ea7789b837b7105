import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hostArguments } from "../../../src/host/arguments.ts";

const ENTRY = fileURLToPath(new URL(`../../../src/host/child${extname(import.meta.url)}`, import.meta.url));
const SETTINGS = {
  index: 0,
  backend: "cpu",
  threads: 1,
  logLevel: "silent",
  encodersDir: "",
  encoderProvider: "cpu",
  maxBatchRows: 1,
  maxBatchDelayMs: 0,
} as const;

// A gateway may be killed at any time, also while its hosts are still starting.
for (const afterMs of [0, 300, 600, 1_000, 2_000]) {
  test(`a host whose gateway ends after ${afterMs} ms ends as well`, async () => {
    const args = [...process.execArgv, ENTRY, ...hostArguments.encode(SETTINGS)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "pipe", "ignore"] });
    const exited = once(child, "exit");
    await sleep(afterMs);
    child.stdio[3]!.destroy();
    const isLeft = await Promise.race([exited.then(() => false), sleep(60_000, true, { ref: false })]);
    child.kill("SIGKILL");
    assert.equal(isLeft, false, "it is left behind");
  });
}
