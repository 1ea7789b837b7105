// Whether the client of a call is still there. Fastify's `request.signal` cannot tell once the body has been read: Node counts the request as
// over then. The response knows.

import type { FastifyReply } from "fastify";

/** @returns a signal that is aborted when the connection closes before the answer has gone out */
export function departureOf({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) departure.abort();
  });
  return departure.signal;
}
