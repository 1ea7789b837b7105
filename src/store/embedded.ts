// The embedded PostgreSQL (PGlite) behind an ordinary `pg.Pool`, so that nothing above knows the difference. It runs in a worker thread;
// the pool holds one connection because PGlite has one session. A worker that dies is replaced at the next connection.

import { once } from "node:events";
import { extname, join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import pg from "pg";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import type { EmbeddedWorkerData, EmbeddedWorkerRequest } from "./embedded-worker.ts";
import { PortStream } from "./port-stream.ts";

/** How long a statement may wait for the one connection. */
const CONNECTION_TIMEOUT_MS = 30_000;

/**
 * Starts the embedded database in `dataDir/postgres`; the folder is this process's until `close`.
 * @throws EngramError `not-ready` when another process has the folder, `database-unavailable` when the database does not start
 */
export async function openEmbedded(
  dataDir: string,
  log: Logger,
): Promise<{ readonly pool: pg.Pool; close(): Promise<void> }> {
  const unlock = await lockDataDir(dataDir);
  const host = new WorkerHost({ dataDir: join(dataDir, "postgres") }, log);
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

/** PGlite's file system throws plain objects that hold a number. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const errno = typeof cause === "object" && cause !== null && "errno" in cause ? cause.errno : undefined;
  return errno === NO_SPACE ? "the disk is full." : `error ${errno ?? cause}.`;
}

class WorkerHost {
  readonly #data: EmbeddedWorkerData;
  readonly #log: Logger;
  #worker: Worker | null = null;
  #hasStarted = false;

  constructor(data: EmbeddedWorkerData, log: Logger) {
    this.#data = data;
    this.#log = log;
  }

  async start(): Promise<void> {
    await once(this.#running(), "message"); // "ready"; rejects when the worker fails first
    this.#hasStarted = true;
  }

  /** @returns a new connection; what is written to it waits until the worker is ready */
  connect(): PortStream {
    const { port1, port2 } = new MessageChannel();
    const request: EmbeddedWorkerRequest = { connect: port2 };
    this.#running().postMessage(request, [port2]);
    return new PortStream(port1);
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
    const worker = startWorker(this.#data);
    worker.on("error", (err) => {
      // At the start it is the caller that hears of it.
      if (this.#hasStarted) this.#log.error({ err }, "embedded database failed");
    });
    worker.on("exit", () => {
      this.#worker = null;
    });
    this.#worker = worker;
    return worker;
  }
}

/** Starts embedded-worker.ts, or .js once built. Under Node 20 a worker does not inherit the loader that reads TypeScript. */
function startWorker(workerData: EmbeddedWorkerData): Worker {
  const extension = extname(import.meta.url);
  const entry = new URL(`./embedded-worker${extension}`, import.meta.url);
  if (extension === ".js") return new Worker(entry, { workerData });
  const load = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(load, { eval: true, execArgv: [], workerData });
}
