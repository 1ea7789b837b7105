// Calls of the API. Whatever goes wrong is a `CallFailed` that a person can read; what was measured and sent is never retried behind their back.

import { apiKey, isKeyWanted } from "./key.ts";
import type { Problem } from "./types.ts";

/** A call that got no answer, or a problem (RFC 9457) as one. */
export class CallFailed extends Error {
  /** What the server said; null where it said nothing. */
  readonly problem: Problem | null;

  constructor(message: string, problem: Problem | null) {
    super(message);
    this.problem = problem;
  }

  /** The last part of the problem's type, such as `not-found`. */
  get code(): string | null {
    return this.problem?.type.split("/").at(-1) ?? null;
  }
}

type Query = { readonly [name: string]: string | number | boolean | undefined };

export type CallOptions = {
  readonly query?: Query;
  readonly signal?: AbortSignal;
  readonly headers?: { readonly [name: string]: string };
};

/** @param path from the server's root, without a slash before it: the page may stand under another path of a proxy */
export const addressOf = (path: string, query: Query = {}): URL => {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
};

/** @returns a brain's path, or that of something of it, e.g. `pathOf("pets", "predict")` */
export const pathOf = (brain: string, ...parts: readonly string[]): string =>
  ["v1/brains", brain, ...parts].map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join("/");

/** @returns a dataset's path, or that of something of it */
export const datasetPathOf = (dataset: string, ...parts: readonly string[]): string =>
  ["v1/datasets", ...[dataset, ...parts].map(encodeURIComponent)].join("/");

export const get = <Answer>(path: string, options?: CallOptions): Promise<Answer> =>
  call("GET", path, undefined, options);

/** A call that changes something, or asks with a body. */
export const send = <Answer>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  options?: CallOptions,
): Promise<Answer> => call(method, path, body, options);

async function call<Answer>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
  const headers = new Headers(options.headers);
  if (apiKey.value !== null) headers.set("authorization", `Bearer ${apiKey.value}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(addressOf(path, options.query), {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new CallFailed("The server does not answer.", null);
  });
  if (response.status === 401) isKeyWanted.value = true;
  if (!response.ok) throw await failureOf(response);
  // The server's contract, openapi/openapi.json, says what it is; there is none with status 204.
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** @returns why a call failed, of an answer that is none of success */
export async function failureOf(response: Response): Promise<CallFailed> {
  if (!isProblem(response.headers.get("content-type"))) {
    return new CallFailed(`The server answers ${response.status} ${response.statusText}.`, null);
  }
  const problem: Problem = await response.json();
  return new CallFailed(problem.detail, problem);
}

/** @param mediaType of an answer */
export const isProblem = (mediaType: string | null): boolean =>
  mediaType?.startsWith("application/problem+json") === true;

/** What a person is told of an error. */
export const messageOf = (error: unknown): string =>
  error instanceof CallFailed ? error.message : `Something on this page broke: ${String(error)}`;
