// The server cannot, now or at all: 429 and 5xx.

import type { ProblemRows } from "./problem-type.ts";

export const SERVER_PROBLEMS = {
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
} as const satisfies ProblemRows;
