// Imported first by every Node process under `npm test` (NODE_OPTIONS): the servers among them live for seconds. Not for compute processes, whose
// time goes into kernels of WebAssembly.

import { setFlagsFromString } from "node:v8";

/**
 * Options of V8: WebAssembly is compiled once, and what runs often not again with optimizations; what never runs is not looked at. Those of the
 * embedded database take a third of the processor time of a server that lives for seconds.
 */
export const COMPILE_QUICKLY = ["--liftoff-only", "--wasm-lazy-validation"];

if (process.argv[1]?.endsWith("/dist/main.js")) COMPILE_QUICKLY.forEach(setFlagsFromString);
