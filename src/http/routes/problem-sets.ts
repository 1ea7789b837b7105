// The problems that several routes share.

/** What a call with a body may meet. */
export const BODY_PROBLEMS = [
  "not-json",
  "body-too-large",
  "unsupported-media-type",
  "request-timeout",
  "validation",
] as const;

/** And one whose body and answer may be safetensors files. */
export const TENSOR_PROBLEMS = [...BODY_PROBLEMS, "not-safetensors", "not-acceptable"] as const;

/** What a call that is about inputs may meet of the brain's encoder. */
export const INPUT_PROBLEMS = ["encoder-mismatch", "encoder-unavailable"] as const;

/** What a call that reaches a brain may meet. */
export const BRAIN_PROBLEMS = [
  "brain-not-found",
  "brain-damaged",
  "brain-quarantined",
  "host-unavailable",
  "database-unavailable",
] as const;

/** What a call with an If-Match may meet. */
export const MATCH_PROBLEMS = ["header-malformed", "seq-mismatch"] as const;

/** What a call with an Idempotency-Key, which writes something, may meet. */
export const KEY_PROBLEMS = [
  "header-malformed",
  "idempotency-in-progress",
  "idempotency-key-reused",
  "storage-full",
] as const;

/** What a call that changes a brain may meet besides. */
export const CHANGE_PROBLEMS = [...BRAIN_PROBLEMS, ...MATCH_PROBLEMS, ...KEY_PROBLEMS, "change-kept"] as const;
