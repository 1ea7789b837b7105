// The one map from error codes to what clients see of them: a code without a row does not compile.

import type { ErrorCode } from "../../errors.ts";
import { ABSENCE_PROBLEMS } from "./absence.ts";
import { CONFLICT_PROBLEMS } from "./conflict.ts";
import type { ProblemType } from "./problem-type.ts";
import { REQUEST_PROBLEMS } from "./request.ts";
import { SERVER_PROBLEMS } from "./server.ts";

/** What each error code looks like to a client. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...ABSENCE_PROBLEMS,
  ...CONFLICT_PROBLEMS,
  ...SERVER_PROBLEMS,
} as const satisfies Record<ErrorCode, ProblemType>;

/** @returns the entry of `PROBLEMS` for `code` */
export const problemType = (code: ErrorCode): ProblemType => PROBLEMS[code];
