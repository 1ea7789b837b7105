// Whether the client of a call is still there. Fastify's `request.signal` cannot tell once the body has been read: Node counts the request as
// over then. The response knows.

import type { FastifyReply } from "fastify";

/** Has `listener` hear when the connection closes before the answer has gone out. */
export function onDeparture({ raw }: FastifyReply, listener: () => void): void {
  raw.once("close", () => {
    if (!raw.writableFinished) listener();
  });
}

/** @returns a signal that is aborted when the connection closes before the answer has gone out */
export function departureOf(reply: FastifyReply): AbortSignal {
  const departure = new AbortController();
  onDeparture(reply, () => departure.abort());
  return departure.signal;
}
