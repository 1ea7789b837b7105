// Waits for parts of the server that are away, for as long as it takes: what failed because of them is tried again, ever more slowly.

import { setTimeout as sleep } from "node:timers/promises";
import { EngramError, type ErrorCode } from "../errors.ts";

/** What passes by itself, or when somebody has seen to it. */
const PASSING = new Set<ErrorCode>([
  "overloaded",
  "host-unavailable",
  "database-unavailable",
  "storage-full",
  "encoder-unavailable",
  "not-ready",
  "shutting-down",
  "idempotency-in-progress",
]);

/** A change that is kept is told of again once its result can be computed; where that never can be, so many times. */
const KEPT_ATTEMPTS = 8;

const FIRST_MS = 250;
const MOST_MS = 10_000;

/** Told when waiting begins, and what for; null when it is over. */
export type OnWaiting = (code: ErrorCode | null, error: unknown) => void;

/**
 * Does `work`, again and again until no part of the server is missing.
 * @param signal ends the waiting
 * @throws what `work` throws of any other kind; the signal's reason once it is aborted while nothing is done
 */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, onWaiting: OnWaiting): Promise<T> {
  let told: ErrorCode | null = null;
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await work();
      if (told !== null) onWaiting(null, undefined);
      return result;
    } catch (error) {
      const code = passingCode(error, attempt);
      if (code === null) {
        if (told !== null) onWaiting(null, undefined);
        throw error;
      }
      if (code !== told) onWaiting(code, error);
      told = code;
      const retryAfterMs = error instanceof EngramError ? 1000 * (error.retryAfterS ?? 0) : 0;
      const waitMs = Math.min(MOST_MS, Math.max(FIRST_MS * 2 ** Math.min(attempt - 1, 10), retryAfterMs));
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      signal.throwIfAborted();
    }
  }
}

/** @returns what is waited for; null where waiting does not help */
function passingCode(error: unknown, attempt: number): ErrorCode | null {
  if (!(error instanceof EngramError)) return null;
  if (error.code === "change-kept") return attempt < KEPT_ATTEMPTS ? error.code : null;
  return PASSING.has(error.code) ? error.code : null;
}
