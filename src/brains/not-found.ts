// The one way to say that a brain is not there.

import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";

/** @param pointer to where the body names it @returns what is thrown about a brain that does not exist (any more) */
export function brainNotFound(id: string, pointer?: string): EngramError {
  const fields = pointer === undefined ? [] : [{ pointer, detail: "is no brain" }];
  return new EngramError("brain-not-found", `There is no brain ${JSON.stringify(id)}.`, fields);
}

/** @throws EngramError brain-not-found, where there is no row */
export function existing(id: string, row: BrainRow | null): BrainRow {
  if (row === null) throw brainNotFound(id);
  return row;
}
