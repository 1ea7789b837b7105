// How busy a host is, from its reports: shares of time, smoothed so that a burst of a second is not taken for a state of things.

import type { LoadReport } from "./protocol.ts";

/** A report as old as this counts for 1/e of a new one. */
const MEMORY_MS = 3_000;
/** Brains below this share are not worth a place in the table. */
const LEAST_SHARE = 0.001;

export class LoadMeter {
  #busyShare = 0;
  #memoryBytes = 0;
  #brains = new Map<string, number>();

  /** Share of time in which the host computed, 0 to 1. */
  get busyShare(): number {
    return this.#busyShare;
  }

  /** Resident memory of the process; 0 before its first report. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** As `busyShare`, by brain; those that do next to nothing are left out. */
  get brains(): ReadonlyMap<string, number> {
    return this.#brains;
  }

  add({ elapsedMs, busyMs, brains, memoryBytes }: LoadReport): void {
    if (elapsedMs <= 0) return;
    const weight = 1 - Math.exp(-elapsedMs / MEMORY_MS);
    const smoothed = (before: number, ms: number): number => before + weight * (Math.min(1, ms / elapsedMs) - before);
    this.#busyShare = smoothed(this.#busyShare, busyMs);
    this.#memoryBytes = memoryBytes;
    const names = new Set([...this.#brains.keys(), ...Object.keys(brains)]);
    const shares = Array.from(names, (name) => {
      return [name, smoothed(this.#brains.get(name) ?? 0, brains[name] ?? 0)] as const;
    });
    this.#brains = new Map(shares.filter(([, share]) => share >= LEAST_SHARE));
  }

  /** The process that was measured is gone. */
  reset(): void {
    this.#busyShare = 0;
    this.#memoryBytes = 0;
    this.#brains.clear();
  }
}
