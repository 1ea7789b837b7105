// Gives the memory of brains that have left back to the system. It is WebAssembly memory and arrays, which only the garbage collector frees,
// and a host that has little to do would hardly ever run it. Invariant: one collection, of some milliseconds, follows the brains that left
// within a moment.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const DELAY_MS = 250;

export class Reclaim {
  readonly #collect: () => void;
  readonly #delayMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(collect: () => void = garbageCollector(), delayMs = DELAY_MS) {
    this.#collect = collect;
    this.#delayMs = delayMs;
  }

  /** Tells that a brain has left. */
  note(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#collect();
    }, this.#delayMs).unref();
  }
}

/** Node shows the collector to those who ask before the context is made. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("the garbage collector cannot be called");
  return () => void collect();
}
