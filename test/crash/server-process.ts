// The built server as a process that may be killed at any moment, and its log, kept for the round that fails.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { COMPILE_QUICKLY } from "../support/compile-quickly.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
/** A start that takes longer has failed. */
const START_TIMEOUT_MS = 60_000;
const NOBODY_ELSES = { DATABASE_URL: "", ENGRAM_API_KEY: "" };

export type LogLine = { readonly level: number; readonly msg: string; readonly [field: string]: unknown };

export class ServerProcess {
  /** What it has logged so far; lines that are no JSON (a crash of Node itself) have level 60. */
  readonly log: LogLine[] = [];
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #listening: Promise<string>;

  /** @param prefix a command that runs the server, if it is not to be run as it is */
  constructor(environment: Readonly<Record<string, string>>, prefix: readonly string[] = []) {
    const env = { ...process.env, ...NOBODY_ELSES, ENGRAM_PORT: "0", ENGRAM_LOG_LEVEL: "info", ...environment };
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, ...COMPILE_QUICKLY, MAIN];
    const child = spawn(command, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    // `close`, not `exit`: the pipes are empty then, and so its hosts, which hold them too, are gone.
    this.ended = new Promise((resolve) => child.once("close", () => resolve()));
    this.#listening = new Promise((resolve, reject) => {
      const read = (text: string) => {
        const line = parse(text);
        this.log.push(line);
        if (line.msg === "listening") resolve(String(line.url));
      };
      createInterface({ input: child.stdout }).on("line", read);
      createInterface({ input: child.stderr }).on("line", read);
      child.once("close", () => reject(new Error(`the server ended before it listened: ${this.log.at(-1)?.msg}`)));
    });
    this.#listening.catch(() => {}); // a start that is killed is waited for by nobody
  }

  /** @returns where it listens. @throws when it ends before, or does not come up in time */
  async listening(): Promise<string> {
    const timeout = sleep(START_TIMEOUT_MS, undefined, { ref: false }).then(() => {
      throw new Error(`the server does not listen after ${START_TIMEOUT_MS} ms`);
    });
    return Promise.race([this.#listening, timeout]);
  }

  /** Resolves once it has logged such a line. @throws when it ends before */
  async logs(isIt: (line: LogLine) => boolean): Promise<void> {
    let hasEnded = false;
    void this.ended.then(() => {
      hasEnded = true;
    });
    while (!this.log.some(isIt)) {
      if (hasEnded) throw new Error(`the server ended: ${this.log.at(-1)?.msg}`);
      await sleep(1);
    }
  }

  /** Pids of its compute processes, as they are now or were a moment ago. */
  get hosts(): number[] {
    const pids = new Map(
      this.log.filter(({ msg }) => msg === "host ready").map(({ host, pid }) => [host, Number(pid)]),
    );
    return [...pids.values()];
  }

  /** Null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it without warning and waits until it is gone, its hosts with it. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

function parse(text: string): LogLine {
  try {
    return JSON.parse(text);
  } catch {
    return { level: 60, msg: text };
  }
}
