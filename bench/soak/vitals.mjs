// Preloaded into the server and its compute processes (NODE_OPTIONS) while it is soaked: writes now and then what the process holds, as one
// JSON object, to a file named after its pid. Garbage is collected first, so that the heap is what is really held.

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const folder = process.env.SOAK_VITALS;

if (isMainThread && folder !== undefined) {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc");
  const file = join(folder, `${process.pid}.json`);
  setInterval(() => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    const handles = process.getActiveResourcesInfo().length;
    writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, external, handles }));
    renameSync(`${file}.new`, file);
  }, Number(process.env.SOAK_EVERY_MS)).unref();
}
