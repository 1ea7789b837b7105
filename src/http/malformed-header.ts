// The one way to refuse a header that cannot be read.

import { EngramError } from "../errors.ts";

/** @returns what is thrown about the header `name`, e.g. `malformedHeader("If-Match", "must be …")` */
export const malformedHeader = (name: string, detail: string): EngramError =>
  new EngramError("header-malformed", `${name} ${detail}`, [{ pointer: name, detail }]);
