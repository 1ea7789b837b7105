// What an error code looks like to a client.

import type { ErrorCode } from "../../errors.ts";

export type ProblemType = {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do about it, for the page that `type` leads to. */
  readonly description: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterS?: number;
};

/** Some of the codes. */
export type ProblemRows = { readonly [code in ErrorCode]?: ProblemType };
