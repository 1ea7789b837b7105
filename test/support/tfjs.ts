// The tensorflow backend on what this machine has: TensorFlow where its package is installed, otherwise the same code on tfjs's own `cpu`
// and `wasm` backends. Never both: two copies of tfjs do not know each other's tensors.

import { createRequire } from "node:module";
import type { Tfjs } from "../../src/backend/tfjs/device.ts";
import { loadTensorflow, NotInstalled } from "../../src/backend/tfjs/load.ts";
import { TfjsBackend } from "../../src/backend/tfjs/tfjs-backend.ts";

type Named = readonly [name: string, backend: TfjsBackend];

const found = await loadTensorflow({ threads: 2 }).catch((error: unknown) => {
  if (error instanceof NotInstalled) return null;
  throw error;
});

export const tf: Tfjs = found === null ? emulation() : found.tf;

function emulation(): Tfjs {
  const require = createRequire(import.meta.url);
  require("@tensorflow/tfjs-backend-cpu");
  require("@tensorflow/tfjs-backend-wasm");
  const tf: Tfjs = require("@tensorflow/tfjs-core");
  tf.enableProdMode();
  return tf;
}

export async function tensorflowBackends(): Promise<readonly Named[]> {
  if (found !== null) return [[`tensorflow on the ${found.isOnGpu ? "GPU" : "processor"}`, new TfjsBackend(tf)]];
  const backends: Named[] = [];
  for (const name of ["cpu", "wasm"]) {
    if (!(await tf.setBackend(name))) throw new Error(`tfjs has no backend ${name} here`);
    backends.push([`tensorflow on tfjs's ${name}`, new TfjsBackend(tf)]);
  }
  return backends;
}
