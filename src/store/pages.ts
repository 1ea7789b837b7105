// Pages of rows by the time of their creation, and by their ids where that is the same.

import { cursorDate, decodeCursor, encodeCursor } from "./cursor.ts";

export type PageRequest = { readonly limit: number; readonly cursor?: string | undefined };
export type Rows<T> = { readonly rows: readonly T[]; readonly nextCursor: string | null };

export const OLDEST_FIRST = [{ createdAt: "asc" as const }, { id: "asc" as const }];

type Created = { readonly id: string; readonly createdAt: Date };

/**
 * Where the page before ended.
 * @throws EngramError `validation` for a cursor that is not ours
 */
export function endOf(cursor: string): Created {
  const [time, id] = decodeCursor(cursor, ["string", "string"]);
  return { createdAt: cursorDate(time), id: String(id) };
}

/** @returns which rows come behind that, oldest first @throws EngramError as `endOf` */
export function after(cursor: string) {
  const { createdAt, id } = endOf(cursor);
  return { OR: [{ createdAt: { gt: createdAt } }, { createdAt, id: { gt: id } }] };
}

/** @param models one more than the page has, where there are more */
export function pageOf<Model, Row extends Created>(
  models: readonly Model[],
  limit: number,
  toRow: (model: Model) => Row,
): Rows<Row> {
  const rows = models.slice(0, limit).map(toRow);
  const last = rows.at(-1);
  const isMore = models.length > limit && last !== undefined;
  return { rows, nextCursor: isMore ? encodeCursor(last.createdAt.toISOString(), last.id) : null };
}
