// How errors are written to the log: what they are and where they come from. Databases quote the row or the key that they refuse in further fields
// of theirs, with labels, tags and keys in it; libraries put what they were given beside. Invariant: no such field is written.

import { stdSerializers } from "pino";

/** Of an error and its causes: what pino makes of any, and what says more of one without quoting anything. */
const KEPT = ["type", "message", "stack", "code", "errno", "syscall", "table", "constraint"] as const;

/** @returns of `error` what belongs into a log; pino's serializer for `err` */
export function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const written = stdSerializers.err(error);
  return Object.fromEntries(KEPT.flatMap((field) => (written[field] === undefined ? [] : [[field, written[field]]])));
}
