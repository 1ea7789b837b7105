// The request is right, and what it is about does not stand as it has to: 409 and 412.

import type { ProblemRows } from "./problem-type.ts";

export const CONFLICT_PROBLEMS = {
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
      "Sums add up, and remembered samples can be compared, only between brains of one make-up: the same `kind` (`plastic`), `inputDim`, `readout`, `directions`, `seed`, layers, `gate`, encoder, and `normalization` `none`. The problem says what differs. Create brains that are to be merged with one configuration, or fork them from one. A `base` has to be a state that both came from, and the source must not have forgotten samples on purpose since.",
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
} as const satisfies ProblemRows;
