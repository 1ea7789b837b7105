// Requests that cannot be taken, whatever is in the server: 400 to 431, but for those of absence.ts and conflict.ts.

import type { ProblemRows } from "./problem-type.ts";

export const REQUEST_PROBLEMS = {
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
} as const satisfies ProblemRows;
