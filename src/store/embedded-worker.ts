// A worker thread that is the embedded PostgreSQL: PGlite, speaking the wire protocol over the ports that the other side sends.
// PGlite has one session. Its turns run one at a time, and a connection that ends leaves nothing behind (transaction, lock, setting).

import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { TERMINATE, WireMessages } from "./wire-messages.ts";

/** What the worker is started with. */
export type EmbeddedWorkerData = { readonly dataDir: string };
/** What the worker is told. */
export type EmbeddedWorkerRequest = { readonly connect: MessagePort } | { readonly close: true };

// One connection and small statements: 16 MB of buffers serve as well as 128, and a small log is quick to replay after a crash.
const SETTINGS = ["shared_buffers=16MB", "max_wal_size=64MB", "timezone=UTC"];

if (parentPort === null) throw new Error("embedded-worker.ts is a worker thread's entry");
const parent = parentPort;
// Set by embedded.ts, which starts this worker.
const { dataDir } = workerData as EmbeddedWorkerData;

if (!existsSync(dataDir)) await makeWhole(dataDir);
const database = await PGlite.create(dataDir, {
  startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ["-c", setting])],
});

/** Makes a fresh database aside and moves it when it is complete: PGlite cannot open one whose making was cut short. */
async function makeWhole(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const fresh = await PGlite.create(draft);
  await fresh.close();
  await rename(draft, folder);
}

let turns: Promise<void> = Promise.resolve();
/** Runs `turn` after those before it. One that throws ends the worker: PGlite's session can no longer be trusted. */
function take(turn: () => Promise<void>): void {
  turns = turns.then(turn);
}

function serve(port: MessagePort): void {
  const messages = new WireMessages();
  let isOpen = true;
  const send = (bytes: Uint8Array) => {
    if (bytes.byteLength === 0) return;
    const copy = Uint8Array.from(bytes); // `bytes` lies in PGlite's own memory
    port.postMessage(copy, [copy.buffer]);
  };
  const answer = async () => {
    for (let message = messages.next(); message !== null && isOpen; message = messages.next()) {
      if (message[0] === TERMINATE) port.close();
      else await database.execProtocolRawStream(message, { onRawData: send });
    }
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

async function resetSession(): Promise<void> {
  if (database.closed) return;
  await database.exec("ROLLBACK");
  await database.exec("DISCARD ALL");
}

parent.on("message", (request: EmbeddedWorkerRequest) => {
  if ("connect" in request) return serve(request.connect);
  take(async () => {
    await database.close();
    process.exit(0);
  });
});
parent.postMessage("ready");
