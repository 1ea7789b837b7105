// Every error that leaves the server is a problem document (RFC 9457). What it looks like its code says (problems/); the text of an unexpected
// error never leaves, since nobody wrote it for the caller.

import { EngramError, ERROR_CODES, type ErrorCode, type FieldError } from "../errors.ts";
import { problemType } from "./problems/by-code.ts";

/** The body of an error answer. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Absent where the request could not be read that far. */
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
  /** `not-ready` only: the state of each part. */
  readonly checks?: { readonly [part: string]: string };
};

/** @returns whether `text` is an error code */
export const isErrorCode = (text: string): text is ErrorCode => ERROR_CODES.some((code) => code === text);

/** @returns where the problem type of `code` is described, relative to the server */
export const problemUri = (code: ErrorCode): string => `/problems/${code}`;

/**
 * @param instance what the problem happened to: the request's path, where it is known
 * @returns the problem document of `error`
 */
export function toProblem(error: EngramError, instance?: string): Problem {
  const { status, title } = problemType(error.code);
  const errors = error.fields.length > 0 ? { errors: error.fields } : {};
  const place = instance === undefined ? {} : { instance };
  return { type: problemUri(error.code), title, status, detail: error.message, ...place, ...errors };
}

/** @returns the headers that go with a problem */
export function problemHeaders(error: Pick<EngramError, "code" | "retryAfterS">): Record<string, string> {
  const { code, retryAfterS = problemType(code).retryAfterS } = error;
  return {
    ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
    ...(code === "unauthorized" ? { "www-authenticate": "Bearer" } : {}),
  };
}

/** @returns what a caller may hear of an error that nobody expected */
export const unexpected = (cause: unknown): EngramError =>
  new EngramError("internal", "The server failed. Its log has the details under this answer's x-request-id.", [], {
    cause,
  });
