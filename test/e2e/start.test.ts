// Starting as a process: what the command line takes, and starts that fail, each with one line in plain words and no stack.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

let scratch: string;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), "engram-test-"));
});
after(() => rm(scratch, { recursive: true, force: true }));

/** Runs the server until it ends by itself. */
async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const { ENGRAM_PORT: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: scratch,
    env: { ...inherited, ENGRAM_PORT: "0", ENGRAM_HOSTS: "1", ENGRAM_DATA_DIR: join(scratch, "data"), ...environment },
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => {
      output[name] += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, ...output };
}

/** @returns what the one fatal line of a start that failed says */
async function fatal(environment: Record<string, string>): Promise<string> {
  const { code, stdout } = await run([], environment);
  assert.equal(code, 1);
  assert.doesNotMatch(stdout, /\\n +at /, "holds a stack");
  const lines = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const errors = lines.filter(({ level }) => level >= 50);
  assert.equal(errors.length, 1, stdout);
  return errors[0].msg;
}

test("--version prints the version, --help the settings", async () => {
  const { code, stdout } = await run(["--version"]);
  assert.deepEqual([code, /^\d+\.\d+\.\d+\n$/.test(stdout)], [0, true]);
  assert.match((await run(["--help"])).stdout, /ENGRAM_DATA_DIR/);
});

test("an option that does not exist ends the start", async () => {
  const { code, stderr } = await run(["--bogus"]);
  assert.deepEqual([code, stderr], [2, "There is no option --bogus; see --help\n"]);
});

test("bad settings end the start, all named at once", async () => {
  const { code, stderr } = await run([], { ENGRAM_HOSTS: "0", DATABASE_URL: "mysql://u:hunter2@db/x" });
  assert.equal(code, 2);
  assert.match(stderr, /ENGRAM_HOSTS is "0"/);
  assert.match(stderr, /DATABASE_URL is not a postgresql:\/\/ URL \(value hidden\)/);
});

describe("a start that fails says so plainly", () => {
  test("where the port is taken, before a database is opened", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    assert.ok(address !== null && typeof address === "object");
    const folder = "/proc/never-looked-at";
    const message = await fatal({ ENGRAM_PORT: String(address.port), ENGRAM_DATA_DIR: folder });
    other.close();
    assert.equal(message, `not started: Port ${address.port} is taken; set ENGRAM_PORT.`);
  });

  test("where the host is another machine's", async () => {
    assert.match(await fatal({ ENGRAM_HOST: "192.0.2.77" }), /192\.0\.2\.77 is no address of this machine/);
  });

  test("where the data folder cannot be made", async () => {
    assert.match(
      await fatal({ ENGRAM_DATA_DIR: "/proc/x" }),
      /data folder \/proc\/x cannot be written: no folder can be/,
    );
    const file = join(scratch, "file");
    await writeFile(file, "");
    assert.match(await fatal({ ENGRAM_DATA_DIR: file }), /cannot be written: it is not a folder/);
    assert.match(
      await fatal({ ENGRAM_DATA_DIR: join(file, "x") }),
      /cannot be written: a part of the path is not a folder/,
    );
  });

  test("where the backend's package is not installed, however many hosts would compute with it", async () => {
    assert.match(
      await fatal({ ENGRAM_BACKEND: "tensorflow", ENGRAM_HOSTS: "2" }),
      /^not started: The tensorflow backend needs the package @tensorflow\/tfjs-node-gpu, .* npm install --no-save/,
    );
  });

  test("where PostgreSQL refuses, with the cause and without the password", async () => {
    const message = await fatal({ DATABASE_URL: "postgresql://engram:hunter2@127.0.0.1:1/x" });
    assert.match(message, /Cannot use PostgreSQL at 127\.0\.0\.1:1\/x: connect ECONNREFUSED 127\.0\.0\.1:1$/);
    const unreadable = await fatal({ DATABASE_URL: "postgresql://engram:hunter2@[x/y" });
    assert.match(unreadable, /DATABASE_URL cannot be read \(value hidden\)/);
  });
});

test("an empty key is warned of", async () => {
  const { stdout } = await run([], { ENGRAM_API_KEY: "", ENGRAM_DATA_DIR: "/proc/x" });
  assert.match(stdout, /"level":40.*ENGRAM_API_KEY is set but empty/);
});
