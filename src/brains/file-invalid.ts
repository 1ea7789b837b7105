// A file that no brain can be made of.

import { EngramError } from "../errors.ts";

/** @param detail what is wrong with it, a sentence */
export const fileInvalid = (detail: string, cause?: unknown): EngramError =>
  new EngramError("file-invalid", detail, [], { cause });
