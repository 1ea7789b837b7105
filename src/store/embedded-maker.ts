// A worker thread that makes a fresh embedded database and ends: making one takes 500 MB, which only the end of its thread gives back at once.
// It is made aside and moved when it is complete: PGlite cannot open one whose making was cut short.

import { rename, rm } from "node:fs/promises";
import { workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { EmbeddedWorkerData } from "./embedded-worker.ts";

// Set by embedded.ts, which starts this worker.
const { dataDir } = workerData as EmbeddedWorkerData;

const draft = `${dataDir}.new`;
await rm(draft, { recursive: true, force: true });
const fresh = await PGlite.create(draft);
await fresh.close();
await rename(draft, dataDir);
process.exit(0);
