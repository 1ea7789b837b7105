// Runs the tests: `npm test [part of a file name …]`, which compiles sources and tests to .test-build before, so that each is read as it is now, and
// once for all processes. Starts a PostgreSQL for them unless TEST_DATABASE_URL names one, and makes an embedded database for them to copy.
// Test files wait a part of their time (for timers, for processes to die and come back), so one more is under way than there are cores.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { access, constants, cp, lstat, readdir, statfs, symlink } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { makeTemplate } from "./support/data-folder.ts";
import { startPostgres } from "./support/postgres.ts";

/** Where this file lies once compiled, and what it was compiled from. */
const build = fileURLToPath(new URL("..", import.meta.url));
const root = join(build, "..");
/** A test that hangs is a failure with a name, not a run without an end. */
const TIMEOUT = "--test-timeout=600000";
const CONCURRENCY = `--test-concurrency=${availableParallelism() + 1}`;
/** Where files lie in memory, on Linux, and how much must be left there; what tests keep at a time is a fraction of it. */
const MEMORY_FOLDER = "/dev/shm";
const MEMORY_BYTES = 4 * 1024 ** 3;
const COMPILE_QUICKLY_FILE = new URL("support/compile-quickly.js", import.meta.url).href;
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** @returns the compiled test files whose path holds one of `parts`; all when there are none */
async function testFiles(parts: readonly string[]): Promise<string[]> {
  // By the sources: of a test that was removed, what was compiled is still there.
  const entries = await readdir(join(root, "test"), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
  const wanted = parts.length === 0 ? files : files.filter((file) => parts.some((part) => file.includes(part)));
  return wanted.map((file) => join(build, file.replace(/ts$/, "js")));
}

/** Puts beside what is compiled what it finds there by relative addresses: links to documents and migrations, copies of fixtures and of what examples
 * read. */
async function addTheRest(): Promise<void> {
  for (const name of await readdir(root)) {
    const isHidden = name.startsWith(".") && name !== ".env.example";
    if (isHidden || name === "node_modules" || (await isThere(join(build, name)))) continue;
    await symlink(join("..", name), join(build, name));
  }
  const isRest = (source: string): boolean => !source.endsWith(".ts");
  for (const name of ["test", "examples"]) {
    await cp(join(root, name), join(build, name), { recursive: true, filter: isRest });
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** @returns a folder for all that the tests write, so that nothing stays behind even when they are stopped half-way */
async function scratchFolder(): Promise<string> {
  const folder = mkdtempSync(join((await hasMemory()) ? MEMORY_FOLDER : tmpdir(), "engram-tests-"));
  chmodSync(folder, 0o755);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Whether there is room for folders in memory: each server of a test makes a thousand files, which costs more than all else it does on some disks. */
async function hasMemory(): Promise<boolean> {
  if (process.env.TMPDIR !== undefined || process.availableMemory() < 2 * MEMORY_BYTES) return false;
  try {
    await access(MEMORY_FOLDER, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY_FOLDER);
    return bavail * bsize >= MEMORY_BYTES;
  } catch {
    return false;
  }
}

async function runTests(files: readonly string[], databaseUrl: string): Promise<number> {
  const template = join(tmpdir(), "template");
  await makeTemplate(template);
  const { NODE_OPTIONS = "" } = process.env;
  const given = {
    TEST_DATABASE_URL: databaseUrl,
    TEST_DATA_DIR: template,
    NODE_OPTIONS: `${NODE_OPTIONS} --import=${COMPILE_QUICKLY_FILE}`,
  };
  const options = ["--enable-source-maps", "--test", "--test-reporter=spec", CONCURRENCY, TIMEOUT];
  const tests = spawn(process.execPath, [...options, ...files], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...given },
  });
  for (const signal of SIGNALS) process.on(signal, () => tests.kill(signal));
  const [code] = await once(tests, "exit");
  return code ?? 1;
}

const files = await testFiles(process.argv.slice(2));
if (files.length === 0) throw new Error("no test file has such a name");
await addTheRest();
process.env.TMPDIR = await scratchFolder();
const given = process.env.TEST_DATABASE_URL;
if (given !== undefined) {
  process.exitCode = await runTests(files, given);
} else {
  const postgres = await startPostgres();
  try {
    process.exitCode = await runTests(files, postgres.url);
  } finally {
    await postgres.stop();
  }
}
