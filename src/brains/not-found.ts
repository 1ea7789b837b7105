// The one way to say that a brain is not there.

import { EngramError } from "../errors.ts";

/** @returns what is thrown about a brain that does not exist (any more) */
export const brainNotFound = (id: string): EngramError =>
  new EngramError("brain-not-found", `There is no brain ${JSON.stringify(id)}.`);
