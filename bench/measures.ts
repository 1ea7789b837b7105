// What benchmarks measure: quantiles of times, and the resident memory of a process, where the system tells it.

import { readFileSync } from "node:fs";

/** As `brains/checkpointer.ts` has it. */
export const CHUNK_BYTES = 64 * 1024;

const MIB = 2 ** 20;
const SAMPLE_EVERY_MS = 5;

export const round = (value: number): number => Number(value.toPrecision(3));

export function quantiles(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN);
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

/** Median wall-clock time of `run`, after one call that warms up. */
export async function medianMs(run: () => Promise<unknown>, rounds: number): Promise<number> {
  await run();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** @returns the resident memory of process `pid` in MiB; not a number where there is no /proc */
export function residentMb(pid: number): number {
  try {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** @returns the processes that `pid` started, oldest first; none where there is no /proc */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  } catch {
    return [];
  }
}

/** Runs `work`. @returns its result, how long it took, and by how much the processes' memory grew at most meanwhile, in MiB */
export async function watching<T>(pids: readonly number[], work: () => Promise<T>) {
  const before = pids.map(residentMb);
  const peaks = [...before];
  const timer = setInterval(() => {
    for (const [i, pid] of pids.entries()) peaks[i] = Math.max(peaks[i] ?? 0, residentMb(pid));
  }, SAMPLE_EVERY_MS);
  const start = performance.now();
  try {
    const result = await work();
    const ms = performance.now() - start;
    return { result, ms: Math.round(ms), grewMb: peaks.map((peak, i) => Math.round(peak - (before[i] ?? 0))) };
  } finally {
    clearInterval(timer);
  }
}

export const megabytes = (bytes: number): number => round(bytes / MIB);
