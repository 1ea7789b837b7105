// A worker thread that is the embedded PostgreSQL: PGlite, speaking the wire protocol over the ports that the other side sends.
// PGlite has one session. Its turns run one at a time, and a connection that ends leaves nothing behind (transaction, lock, setting).
// It makes no checkpoints of its own, so they are made here: without them its write-ahead log would grow for ever.

import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { GuardedFiles } from "./guarded-files.ts";
import { isReadyAndIdle, TERMINATE, WireMessages } from "./wire-messages.ts";

/** What the worker is started with. */
export type EmbeddedWorkerData = { readonly dataDir: string };
/** What the worker is told. */
export type EmbeddedWorkerRequest = { readonly connect: MessagePort } | { readonly close: true };
/** What it tells: that it is ready, whether tables find room on the disk. */
export type EmbeddedWorkerNews = "ready" | { readonly isFull: boolean };

const MIB = 1024 * 1024;
// One connection and small statements: 16 MB of buffers serve as well as 128. Of used segments the log keeps as few as it can.
const SETTINGS = ["shared_buffers=16MB", "min_wal_size=32MB", "max_wal_size=32MB", "timezone=UTC"];
/** So much of the log makes a checkpoint: it takes little room on the disk, and is quick to replay after a crash. */
const CHECKPOINT_BYTES = 32 * MIB;
/** On a full disk, where the log must not need another segment. */
const FULL_CHECKPOINT_BYTES = 4 * MIB;
/** How often a full disk is looked at again. */
const LOOK_EVERY_MS = 1_000;

if (parentPort === null) throw new Error("embedded-worker.ts is a worker thread's entry");
const parent = parentPort;
// Set by embedded.ts, which starts this worker.
const { dataDir } = workerData as EmbeddedWorkerData;

let isFull = false;
const files = new GuardedFiles(dataDir, () => isFull || tell(true));
const database = await open();
// Also what an earlier worker told may be over.
tell(!files.hasRoom());
files.guard();
setInterval(() => {
  if (isFull && files.hasRoom()) tell(false);
}, LOOK_EVERY_MS).unref();

function tell(isFullNow: boolean): void {
  isFull = isFullNow;
  const news: EmbeddedWorkerNews = { isFull };
  parent.postMessage(news);
}

async function open(): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ["-c", setting])];
  try {
    return await PGlite.create({ fs: files, startParams });
  } catch (cause) {
    // PostgreSQL only aborts then.
    throw files.hasFailed ? new Error("the disk is full.", { cause }) : cause;
  }
}

let turns: Promise<void> = Promise.resolve();
/** Runs `turn` after those before it. One that throws ends the worker: PGlite's session can no longer be trusted. */
function take(turn: () => Promise<void>): void {
  turns = turns.then(turn);
}

function serve(port: MessagePort): void {
  const messages = new WireMessages();
  let isOpen = true;
  let isIdle = true;
  const send = (bytes: Uint8Array) => {
    if (bytes.byteLength === 0) return;
    isIdle = isReadyAndIdle(bytes);
    const copy = Uint8Array.from(bytes); // `bytes` lies in PGlite's own memory
    port.postMessage(copy, [copy.buffer]);
  };
  const answer = async () => {
    for (let message = messages.next(); message !== null && isOpen; message = messages.next()) {
      if (message[0] === TERMINATE) port.close();
      else await database.execProtocolRawStream(message, { onRawData: send });
    }
    if (isIdle) await keepUp();
  };
  port.on("message", (bytes: Uint8Array | null) => {
    if (bytes === null) return port.close();
    messages.push(bytes);
    take(answer);
  });
  port.on("close", () => {
    isOpen = false;
    take(resetSession);
  });
}

/** Between two transactions: writes what the log holds into the tables, or ends a database that could not write what it must. */
async function keepUp(): Promise<void> {
  if (!files.hasFailed && files.logBytes >= (isFull ? FULL_CHECKPOINT_BYTES : CHECKPOINT_BYTES)) {
    files.forgetLog();
    await database.exec("CHECKPOINT").catch(() => {});
  }
  if (files.hasFailed) throw new Error("The disk is full, and so was the room that was kept for the log.");
}

async function resetSession(): Promise<void> {
  if (database.closed) return;
  await database.exec("ROLLBACK");
  await database.exec("DISCARD ALL");
}

parent.on("message", (request: EmbeddedWorkerRequest) => {
  if ("connect" in request) return serve(request.connect);
  take(async () => {
    // On a full disk PostgreSQL cannot say goodbye; its log has it all.
    await database.close().catch(() => {});
    process.exit(0);
  });
});
const news: EmbeddedWorkerNews = "ready";
parent.postMessage(news);
