// Every expected error, by code. A code is stable: clients match on it, `http/problems/` turns it into a status, `http/problem.ts` into a problem document.

/** A place in the request, as an RFC 6901 JSON pointer in URI fragment form, and what is wrong there. */
export type FieldError = { readonly pointer: string; readonly detail: string };

export const ERROR_CODES = [
  "bad-request",
  "header-malformed",
  "not-json",
  "not-safetensors",
  "unauthorized",
  "cross-site",
  "not-found",
  "brain-not-found",
  "checkpoint-not-found",
  "state-not-found",
  "layer-not-found",
  "label-not-found",
  "memory-entry-not-found",
  "dataset-not-found",
  "curriculum-not-found",
  "method-not-allowed",
  "not-acceptable",
  "request-timeout",
  "brain-exists",
  "brain-frozen",
  "encoder-mismatch",
  "not-mergeable",
  "checkpoint-in-use",
  "checkpoint-damaged",
  "layer-frozen",
  "last-layer",
  "layer-limit",
  "no-memory",
  "dataset-exists",
  "dataset-in-use",
  "curriculum-running",
  "curriculum-not-resumable",
  "idempotency-in-progress",
  "seq-mismatch",
  "body-too-large",
  "unsupported-media-type",
  "validation",
  "file-invalid",
  "dataset-invalid",
  "idempotency-key-reused",
  "upgrade-required",
  "headers-too-large",
  "overloaded",
  "tracking-full",
  "brain-damaged",
  "brain-quarantined",
  "dataset-damaged",
  "storage-full",
  "encoder-unavailable",
  "host-unavailable",
  "database-unavailable",
  "change-kept",
  "not-ready",
  "shutting-down",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export type EngramErrorOptions = ErrorOptions & {
  /** In how many whole seconds trying again makes sense, where that was measured; the code's own otherwise. */
  readonly retryAfterS?: number;
};

/** An expected error: its message is written for the caller and shown to it. */
export class EngramError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, fields: readonly FieldError[] = [], options?: EngramErrorOptions) {
    super(message, options);
    this.name = "EngramError";
    this.code = code;
    this.fields = fields;
    this.retryAfterS = options?.retryAfterS;
  }
}

/** @returns an `overloaded` error: what is full, and in how many whole seconds there is likely to be room */
export const overloaded = (what: string, retryAfterS: number): EngramError =>
  new EngramError("overloaded", `${what}; there is likely to be room in ${retryAfterS} s.`, [], { retryAfterS });

/** @returns a `validation` error about one field of the body, e.g. `invalid("#/inputs/3", "has 5 numbers, the brain takes 4")` */
export const invalid = (pointer: string, detail: string): EngramError =>
  new EngramError("validation", `${pointer} ${detail}`, [{ pointer, detail }]);

/** @returns e.g. `1 label`, `3 labels` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
