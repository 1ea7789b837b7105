// Tells a database that is away (the caller may try again: `database-unavailable`) or has no room (`storage-full`) from a statement that is
// wrong (a bug, passed on).

import { EngramError } from "../errors.ts";
import { storageFull } from "./room.ts";

// Node's network errors; SQLSTATE classes 08 (connection), 28 and 3D (not let in), 53 (resources), 57P (shut down), 58 (its
// files cannot be read or written); Prisma's own P1xxx and pool codes.
const AWAY_CODE = /^(E[A-Z_]+|08\w{3}|28\w{3}|3D\w{3}|53\w{3}|57P\w{2}|58\w{3}|P1\d{3}|P2024|P2037)$/;
// What `pg` says without a code, and PostgreSQL under one that means other things too (55000).
const AWAY_MESSAGE =
  /Connection terminated|not currently accepting connections|timeout exceeded when trying to connect|Query read timeout|not queryable|after calling end on the pool/;

/**
 * Waits for the database's answer.
 * @throws EngramError `database-unavailable` when it did not give one, `storage-full` when it has no room
 */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isAway(error) || isStorageFull(error) ? unavailable(error) : error;
  }
}

/** @param cause why the database did not do what it was told */
export function unavailable(cause: unknown): EngramError {
  if (isStorageFull(cause)) return storageFull(cause);
  const detail = `The database does not answer${isFull(cause) ? ": its disk is full" : ""}. A change may have been kept: send it again under its Idempotency-Key, or read the brain's seq first.`;
  return new EngramError("database-unavailable", detail, [], { cause });
}

/** Whether the database lives and says that it has no room: then nothing was written. PostgreSQL's words, where Prisma hides its code. */
function isStorageFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : "";
  return code === "53100" || /No space left on device/.test(error.message) || isStorageFull(error.cause);
}

const isFull = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOSPC";

// Of a statement that had reached the server when that ended Prisma gives a code of its own, and the SQLSTATE in its words.
const SQLSTATE_IN_WORDS = /\bCode: `(\w{5})`/;

/** @returns whether `error` says that the database did not answer */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  const state = SQLSTATE_IN_WORDS.exec(error.message)?.[1] ?? "";
  return AWAY_CODE.test(code) || AWAY_CODE.test(state) || AWAY_MESSAGE.test(error.message) || isAway(error.cause);
}
