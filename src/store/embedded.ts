// The embedded PostgreSQL (PGlite) behind an ordinary `pg.Pool`, so that nothing above knows the difference. It runs in a worker thread;
// the pool holds one connection because PGlite has one session. A worker that dies is replaced at the next connection.

import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, type Worker } from "node:worker_threads";
import pg from "pg";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { startWorker } from "../start-worker.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import type { EmbeddedWorkerData, EmbeddedWorkerNews, EmbeddedWorkerRequest } from "./embedded-worker.ts";
import { PortStream } from "./port-stream.ts";
import type { Room } from "./room.ts";

/** How long a statement may wait for the one connection. */
const CONNECTION_TIMEOUT_MS = 30_000;
/** One that does not start, as on a full disk, is not tried more often than that. */
const RESTART_EVERY_MS = 2_000;

/**
 * Starts the embedded database in `dataDir/postgres`; the folder is this process's until `close`.
 * @throws EngramError `not-ready` when another process has the folder, `database-unavailable` when the database does not start
 */
export async function openEmbedded(
  dataDir: string,
  room: Room,
  log: Logger,
): Promise<{ readonly pool: pg.Pool; close(): Promise<void> }> {
  const unlock = await lockDataDir(dataDir);
  const host = new WorkerHost(dataDir, room, log);
  try {
    await host.start();
  } catch (cause) {
    unlock();
    const detail = `The embedded database in ${dataDir} does not start: ${reasonOf(cause)}`;
    throw new EngramError("database-unavailable", detail, [], { cause });
  }
  const pool = new pg.Pool({
    user: "postgres",
    database: "postgres",
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    stream: () => host.connect(),
  });
  // Its message alone: `pg` hangs the whole client on the error.
  pool.on("error", ({ message }) => log.warn({ reason: message }, "idle database connection lost"));
  const close = async () => {
    await pool.end();
    await host.close();
    unlock();
  };
  return { pool, close };
}

/** `ENOSPC` in WebAssembly's system interface (WASI `errno`). */
const NO_SPACE = 51;
const NO_SPACE_REASON = "the disk is full.";

/** PGlite's file system throws plain objects that hold a number. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const errno = typeof cause === "object" && cause !== null && "errno" in cause ? cause.errno : undefined;
  return errno === NO_SPACE ? NO_SPACE_REASON : `error ${errno ?? cause}.`;
}

class WorkerHost {
  readonly #dataDir: string;
  readonly #data: EmbeddedWorkerData;
  readonly #room: Room;
  readonly #log: Logger;
  #worker: Worker | null = null;
  #isReady = false;
  #hasStarted = false;
  /** Why the last start failed, and when another may be tried. */
  #failure: { readonly error: Error; readonly untilMs: number } | null = null;

  constructor(dataDir: string, room: Room, log: Logger) {
    this.#dataDir = dataDir;
    this.#data = { dataDir: join(dataDir, "postgres") };
    this.#room = room;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { dataDir } = this.#data;
    if (!existsSync(dataDir)) await once(startWorker(import.meta.url, "embedded-maker", this.#data), "exit"); // rejects when it fails
    if (!existsSync(dataDir)) throw new Error("it could not be made.");
    const worker = this.#running();
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (news: EmbeddedWorkerNews) => news === "ready" && resolve());
      worker.on("error", reject);
    });
    this.#hasStarted = true;
  }

  /** @returns a new connection; what is written to it waits until the worker is ready */
  connect(): PortStream {
    const { port1, port2 } = new MessageChannel();
    const stream = new PortStream(port1);
    if (this.#worker === null && this.#failure !== null && performance.now() < this.#failure.untilMs) {
      stream.destroy(this.#failure.error);
    } else {
      const request: EmbeddedWorkerRequest = { connect: port2 };
      this.#running().postMessage(request, [port2]);
    }
    return stream;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const exited = once(worker, "exit");
    const request: EmbeddedWorkerRequest = { close: true };
    worker.postMessage(request);
    await exited;
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    this.#isReady = false;
    const worker = startWorker(import.meta.url, "embedded-worker", this.#data);
    worker.on("message", (news: EmbeddedWorkerNews) => this.#hear(news));
    worker.on("error", (cause) => this.#fail(cause));
    worker.on("exit", () => {
      this.#worker = null;
    });
    this.#worker = worker;
    return worker;
  }

  #hear(news: EmbeddedWorkerNews): void {
    if (news === "ready") this.#isReady = true;
    else if (news.isFull) this.#room.lost(`the disk of ${this.#dataDir} is full`);
    else this.#room.found();
  }

  #fail(cause: unknown): void {
    if (!this.#hasStarted) return; // at the start it is the caller that hears of it
    const reason = reasonOf(cause);
    this.#log.error({ err: cause, reason }, "embedded database failed");
    if (this.#isReady) return;
    const code = reason === NO_SPACE_REASON ? { code: "ENOSPC" } : {};
    const error = Object.assign(new Error(`the embedded database does not start: ${reason}`), code);
    this.#failure = { error, untilMs: performance.now() + RESTART_EVERY_MS };
  }
}
