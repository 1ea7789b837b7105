// Starts the built server as a process of its own, on a free port, the way `npm start` does; and kills it without warning.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Empty counts as unset: the demo must not write to a database, or want the key, that somebody's environment names. */
const NOBODY_ELSES = { DATABASE_URL: "", ENGRAM_API_KEY: "" };

export class LocalServer {
  readonly url: string;
  /** The compute processes that were up when it began to listen. */
  readonly hostPids: readonly number[];
  readonly #child: ChildProcess;

  private constructor(url: string, hostPids: readonly number[], child: ChildProcess) {
    this.url = url;
    this.hostPids = hostPids;
    this.#child = child;
  }

  /**
   * Resolves once the server listens.
   * @param environment further settings
   * @throws when it ends before
   */
  static async start(dataDir: string, environment: Record<string, string> = {}): Promise<LocalServer> {
    const settings = { ENGRAM_PORT: "0", ENGRAM_DATA_DIR: dataDir, ENGRAM_LOG_LEVEL: "info" };
    const env = { ...process.env, ...NOBODY_ELSES, ...settings, ...environment };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "inherit"] });
    const hostPids: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      // The server's log is one JSON object a line.
      const entry = JSON.parse(line) as { msg?: string; url?: string; pid?: number };
      if (entry.msg === "host ready" && entry.pid !== undefined) hostPids.push(entry.pid);
      if (entry.msg === "listening" && entry.url !== undefined) {
        child.stdout.resume();
        return new LocalServer(entry.url, hostPids, child);
      }
    }
    throw new Error("the server ended before it listened");
  }

  /** The process that serves. @throws when it never started */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("the server has no process");
    return pid;
  }

  /** Ends the process with `signal` and waits until it is gone. @returns its exit code, null when the signal ended it */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    this.#child.kill(signal);
    await once(this.#child, "exit");
    return this.#child.exitCode;
  }
}
