// From the headers of a changing call to the terms on which it is to be done, and back: whether the answer is one of before.

import type { FastifyReply, FastifyRequest } from "fastify";
import type { Idempotency, Terms } from "../brains/terms.ts";
import { parseIfMatch } from "./entity-tags.ts";
import { fingerprintOf, parseIdempotencyKey } from "./idempotency-key.ts";

/**
 * @param reply says `idempotency-replayed: true` once the service tells that it answers as it did before
 * @param arrived reads what is left of a body that arrives in pieces
 * @throws EngramError header-malformed
 */
export function termsOf(request: FastifyRequest, reply: FastifyReply, arrived?: () => Promise<void>): Terms {
  const ifMatch = request.headers["if-match"];
  const keys = request.raw.headersDistinct["idempotency-key"];
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: parseIfMatch(ifMatch) }),
    ...(keys === undefined ? {} : { idempotency: idempotencyOf(keys, request, reply, arrived) }),
  };
}

const idempotencyOf = (
  keys: readonly string[],
  request: FastifyRequest,
  reply: FastifyReply,
  arrived: (() => Promise<void>) | undefined,
): Idempotency => ({
  key: parseIdempotencyKey(keys),
  get fingerprint() {
    return fingerprintOf(request);
  },
  ...(arrived && { arrived }),
  onReplay: () => reply.header("idempotency-replayed", "true"),
});
