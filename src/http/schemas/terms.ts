// The headers by which a caller says on which terms something is to be changed. They are described here and read by http/terms.ts.

import Type from "typebox";

const ifMatch = Type.String({
  description:
    'The `seq` that the brain must have for this to be done, as its ETag says it: `"17"`, several with commas between, or `*` for any. Otherwise 412. Of several calls with the same one, one is done.',
  examples: ['"17"'],
});

const idempotencyKey = Type.String({
  description:
    "Your own name for this call, 1 to 255 printable ASCII characters, in quotes or not. Sent again with the same key, method, address and body, the call is not done again but answered as before (`idempotency-replayed: true`). Kept for ENGRAM_IDEMPOTENCY_TTL_HOURS.",
  examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
});

/** For calls that change a brain. */
export const ChangeHeaders = Type.Object({
  "if-match": Type.Optional(ifMatch),
  "idempotency-key": Type.Optional(idempotencyKey),
});

/** For calls that make something new without changing a brain that is there. */
export const KeyHeaders = Type.Object({ "idempotency-key": Type.Optional(idempotencyKey) });

/** For what can be done but once by its nature. */
export const MatchHeaders = Type.Object({ "if-match": Type.Optional(ifMatch) });
