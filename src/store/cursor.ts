// Opaque cursors: where a page ended, as base64url JSON. A cursor is the caller's input, so that its content is checked when it returns.

import { type EngramError, invalid } from "../errors.ts";

type Part = string | number;

/** @returns `parts` (the sort key of a page's last row) as text that clients hand back and do not read */
export const encodeCursor = (...parts: readonly Part[]): string =>
  Buffer.from(JSON.stringify(parts)).toString("base64url");

/**
 * Reads what `encodeCursor` wrote.
 * @param types `typeof` each part
 * @throws EngramError `validation` at `?cursor`
 */
export function decodeCursor(cursor: string, types: readonly ("string" | "number")[]): readonly Part[] {
  const parts = parse(cursor);
  const isOurs =
    Array.isArray(parts) && parts.length === types.length && parts.every((part, i) => typeof part === types[i]);
  if (!isOurs) throw badCursor();
  return parts;
}

/** @throws EngramError `validation` at `?cursor` when `text` is no date */
export function cursorDate(text: Part | undefined): Date {
  const date = new Date(text ?? Number.NaN);
  if (Number.isNaN(date.getTime())) throw badCursor();
  return date;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

export const badCursor = (): EngramError => invalid("?cursor", "is not one that this server gave out");
