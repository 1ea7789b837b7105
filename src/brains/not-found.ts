// The one way to say that a brain is not there.

import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";

/** @returns what is thrown about a brain that does not exist (any more) */
export const brainNotFound = (id: string): EngramError =>
  new EngramError("brain-not-found", `There is no brain ${JSON.stringify(id)}.`);

/** @throws EngramError brain-not-found, where there is no row */
export function existing(id: string, row: BrainRow | null): BrainRow {
  if (row === null) throw brainNotFound(id);
  return row;
}
