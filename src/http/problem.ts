// Every error that leaves the server is a problem document (RFC 9457). One exhaustive map turns a code into its status and title; the text of
// an unexpected error never leaves, since nobody wrote it for the caller.

import { EngramError, ERROR_CODES, type ErrorCode, type FieldError } from "../errors.ts";

export type ProblemType = {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do about it, for the page that `type` leads to. */
  readonly description: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterS?: number;
};

/** What each error code looks like to a client. */
export const PROBLEMS = {
  "bad-request": {
    status: 400,
    title: "Malformed request",
    description: "The request is not well-formed HTTP, or its address has a broken %-escape.",
  },
  "header-malformed": {
    status: 400,
    title: "Header cannot be read",
    description: "A header that this call takes does not hold what it should; `errors` names it. Nothing was done.",
  },
  "not-json": {
    status: 400,
    title: "Body is not JSON",
    description: "The body is empty, not valid JSON or not UTF-8. NaN and Infinity are no JSON; send finite numbers.",
  },
  "not-safetensors": {
    status: 400,
    title: "Body is not a safetensors file",
    description:
      "The body says that it is a safetensors file, but is empty, cut off, goes on after its tensors, or has a header that cannot be read.",
  },
  unauthorized: {
    status: 401,
    title: "API key missing or wrong",
    description: "This server wants its API key: `Authorization: Bearer <key>`.",
  },
  "cross-site": {
    status: 403,
    title: "Another site's page",
    description:
      "A browser sent this for a page of another site, or under a name that is not this server's. ENGRAM_ALLOWED_ORIGINS and ENGRAM_ALLOWED_HOSTS allow more.",
  },
  "not-found": { status: 404, title: "No such page", description: "Nothing lives at this address; see /openapi.json." },
  "brain-not-found": {
    status: 404,
    title: "No such brain",
    description: "There is no brain with this id. `GET /v1/brains` lists those that exist.",
  },
  "checkpoint-not-found": {
    status: 404,
    title: "No such checkpoint",
    description: "The brain has no checkpoint with this id. Automatic ones are removed as newer ones are made.",
  },
  "state-not-found": {
    status: 404,
    title: "State is not kept",
    description:
      "The brain was in this state once, but too little of its past is kept to have it back. `GET …/history` lists the states that are.",
  },
  "layer-not-found": {
    status: 404,
    title: "No such layer",
    description: "The brain has no layer at this index; `GET …/layers` lists those it has, from 0.",
  },
  "label-not-found": {
    status: 404,
    title: "No such label",
    description: "The brain was never told of a class of this name. `GET …/memory` lists those that it knows.",
  },
  "memory-entry-not-found": {
    status: 404,
    title: "No such sample",
    description: "The sample is not in the memory, or not any more: a full memory makes room for new ones.",
  },
  "dataset-not-found": {
    status: 404,
    title: "No such dataset",
    description: "There is no dataset with this id. `GET /v1/datasets` lists those that exist.",
  },
  "curriculum-not-found": {
    status: 404,
    title: "No such curriculum",
    description:
      "The brain has no curriculum with this id. `GET …/curricula` lists those it has; they go with their brain.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    description: "The address exists, but not with this method; the Allow header names those that work.",
  },
  "not-acceptable": {
    status: 406,
    title: "No answer of an accepted type",
    description: "The call answers in none of the types that the Accept header names. Nothing was done.",
  },
  "request-timeout": {
    status: 408,
    title: "Request took too long to arrive",
    description: "The request was not complete in time. Send smaller batches, or send them faster.",
  },
  "brain-exists": {
    status: 409,
    title: "Id is taken",
    description:
      "Another brain has this id. Choose another, leave `id` out to get one, or delete the other brain first.",
  },
  "brain-frozen": {
    status: 409,
    title: "Brain does not learn now",
    description: "The brain is in mode `inference`, in which nothing changes it. Set another mode first: `PUT …/mode`.",
  },
  "encoder-mismatch": {
    status: 409,
    title: "Features of another encoder",
    description:
      "A brain that was created with an encoder knows that encoder's features and no others; one without takes features alone. Send what the brain's `config.encoder` takes.",
  },
  "not-mergeable": {
    status: 409,
    title: "Brains that cannot be merged",
    description:
      "Sums add up, and remembered samples can be compared, only between brains of one make-up: the same `kind` (`plastic`), `inputDim`, `readout`, `directions`, `seed`, layers, `gate`, encoder, and `normalization` `none`. The problem says what differs. Create brains that are to be merged with one configuration, or fork them from one.",
  },
  "checkpoint-in-use": {
    status: 409,
    title: "Checkpoint is needed",
    description:
      "The brain recovers from this checkpoint, or the log that is kept begins with it. It can go once another one has taken its place.",
  },
  "checkpoint-damaged": {
    status: 409,
    title: "Checkpoint is damaged",
    description:
      "The database does not give back the bytes that were written. Another checkpoint may be sound, and `POST …/restore` with a `seq` goes around damaged ones.",
  },
  "layer-frozen": {
    status: 409,
    title: "Layer is frozen",
    description: "Nothing in a frozen layer changes. Unfreeze it first: `PATCH …/layers/{index}` with `frozen: false`.",
  },
  "last-layer": {
    status: 409,
    title: "Last layer stays",
    description: "A brain has at least one layer. Replace it, or add another one first.",
  },
  "layer-limit": {
    status: 409,
    title: "No room for another layer",
    description: "The brain has as many layers as it may, or would not fit the server's memory budget any more.",
  },
  "no-memory": {
    status: 409,
    title: "Brain has no episodic memory",
    description: "Brains of this kind keep no single samples, so there is nothing to look at or to forget.",
  },
  "dataset-exists": {
    status: 409,
    title: "Id is taken by other samples",
    description:
      "A dataset is never changed: under this id there are other samples than those that were sent. Choose another id, or delete that dataset first.",
  },
  "dataset-in-use": {
    status: 409,
    title: "Dataset is needed",
    description:
      "A curriculum that has not ended teaches or judges with this dataset; `detail` names it. The dataset can go once that has ended.",
  },
  "curriculum-running": {
    status: 409,
    title: "Curriculum has not ended",
    description: "What is kept of a curriculum can be removed once it has ended. Cancel it first: `POST …/cancel`.",
  },
  "curriculum-not-resumable": {
    status: 409,
    title: "Curriculum cannot go on",
    description:
      "The curriculum is completed, or a dataset that it needs is gone or has other samples by now; `detail` says which. One that was cancelled or has failed can be resumed with the samples that it was made for; teach the same again with a new one.",
  },
  "idempotency-in-progress": {
    status: 409,
    title: "The call is under way",
    description:
      "A call with the same Idempotency-Key has not ended yet. Send it again after the time in Retry-After: then it is answered.",
    retryAfterS: 1,
  },
  "seq-mismatch": {
    status: 412,
    title: "Brain has changed meanwhile",
    description:
      "The brain does not have the `seq` that If-Match wants. Nothing was done. Look at the brain again, and decide again.",
  },
  "body-too-large": {
    status: 413,
    title: "Body too large",
    description:
      "The body is over the server's limit (ENGRAM_MAX_BODY_MB): send smaller batches. Of a dataset the upload, or what it unpacks to, is over ENGRAM_MAX_DATASET_MB.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "Body is of another type",
    description:
      "Send JSON in UTF-8, uncompressed, and say so: `content-type: application/json`. A call that takes a file names its types.",
  },
  validation: {
    status: 422,
    title: "Request is well-formed but wrong",
    description: "A field does not hold what it should; `errors` points at it. Nothing has changed.",
  },
  "file-invalid": {
    status: 422,
    title: "Not a file of a brain",
    description:
      "The file is damaged, or was not written by a server like this one, or holds a brain that this server cannot. `detail` says what is wrong; nothing of it was kept.",
  },
  "dataset-invalid": {
    status: 422,
    title: "Not a dataset",
    description:
      "The upload cannot be read as labelled samples of the format that it says, or holds more than a dataset may; `detail` says what is wrong, and at which line, row or entry. Nothing of it was kept.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "Key belongs to another request",
    description:
      "Another request (method, address or body) was made with this Idempotency-Key. Nothing was done. A new call needs a new key; a retry must be the same to the byte.",
  },
  "upgrade-required": {
    status: 426,
    title: "Only for WebSockets",
    description: "This address is a stream: open it as a WebSocket.",
  },
  "headers-too-large": {
    status: 431,
    title: "Address or headers too long",
    description: "The request line and headers take more room than the server gives them (16 KiB).",
  },
  overloaded: {
    status: 429,
    title: "Too many calls are waiting",
    description:
      "As many calls are under way as this brain, or this server, takes at once; `detail` says what is full. Nothing was done; try again after the time in Retry-After, which follows from how fast calls come to their end.",
    retryAfterS: 1,
  },
  "tracking-full": {
    status: 429,
    title: "Too many predictions wait for labels",
    description:
      "The brain's tracked predictions that wait for a label are at the limit (ENGRAM_TRACKING_MAX_PENDING). Nothing was done. Give feedback, wait until old ones expire, or predict without `track`.",
    retryAfterS: 60,
  },
  "brain-damaged": {
    status: 500,
    title: "Brain cannot be loaded",
    description: "The brain's stored state cannot be read. Other brains are not concerned; see the server's log.",
  },
  "brain-quarantined": {
    status: 500,
    title: "Brain is quarantined",
    description:
      "Computing the brain has ended three compute processes in a row, so it is not computed any more; `detail` says what ended them. Other brains are not concerned, and nothing that was acknowledged is lost. Restore an earlier state (`POST …/restore`, `POST …/checkpoints/{id}/restore`), delete the brain, or have it tried again (`DELETE …/quarantine`); a restart of the server tries again, too.",
  },
  "dataset-damaged": {
    status: 500,
    title: "Dataset cannot be read",
    description:
      "The database does not give back the samples that were written. Other datasets are not concerned. Delete it, and upload it again.",
  },
  "storage-full": {
    status: 507,
    title: "Disk is full",
    description:
      "The database has no room for the change, and nothing of it was kept. Predictions go on. Give the disk more room, or delete brains and checkpoints that are not needed; changes are taken again as soon as there is room.",
    retryAfterS: 10,
  },
  "encoder-unavailable": {
    status: 503,
    title: "Encoder is not there",
    description:
      "The encoder that the brain was created with is not on this server, or is another one now. Add it again (`encoders add`); features that it made (`encodedBy`) are taken meanwhile.",
    retryAfterS: 60,
  },
  "host-unavailable": {
    status: 503,
    title: "Compute process is away",
    description: "The process that holds the brain is being started again. Acknowledged changes are safe.",
    retryAfterS: 2,
  },
  "database-unavailable": {
    status: 503,
    title: "Database is away",
    description:
      "The database does not answer, so nothing can be made durable. A change that it did not confirm may have been kept all the same: send it again under its Idempotency-Key, or read the brain's `seq` first.",
    retryAfterS: 5,
  },
  "change-kept": {
    status: 503,
    title: "Change is kept, result unknown",
    description:
      "The change is in the log and takes effect, but the process that computes it died too often to answer. Send it again only under the Idempotency-Key that it had: then it is not made again, but answered once that can be computed.",
  },
  "not-ready": {
    status: 503,
    title: "Not ready",
    description: "A part that the server needs is not up; `checks` says which.",
    retryAfterS: 2,
  },
  "shutting-down": {
    status: 503,
    title: "Shutting down",
    description: "The server takes no new calls because it is stopping.",
    retryAfterS: 5,
  },
  internal: {
    status: 500,
    title: "Internal error",
    description: "A bug or a broken machine. The server's log has the details under the request id.",
  },
} as const satisfies Record<ErrorCode, ProblemType>;

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

/** @returns the entry of `PROBLEMS` for `code` */
export const problemType = (code: ErrorCode): ProblemType => PROBLEMS[code];

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
