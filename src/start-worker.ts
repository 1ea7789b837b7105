// Starts a worker thread from a file of this program, from sources (.ts, through tsx) and once built (.js) alike. Under Node 20 a worker does not
// inherit the loader that reads TypeScript.

import { extname } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * @param asker `import.meta.url` of the file that asks
 * @param entry the thread's file beside it, without its ending
 */
export function startWorker(asker: string, entry: string, workerData: WorkerOptions["workerData"]): Worker {
  const extension = extname(asker);
  const url = new URL(`./${entry}${extension}`, asker);
  if (extension === ".js") return new Worker(url, { workerData });
  const load = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(url.href)}); })`;
  return new Worker(load, { eval: true, execArgv: [], workerData });
}
