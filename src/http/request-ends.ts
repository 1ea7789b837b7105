// The end of each request, whichever it is: its answer has gone out, its client has left before that, which Fastify tells nobody, or the
// stream that it became has ended.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { onDeparture } from "./departure.ts";

/** What stands for the status of a call whose client left before it was answered; the number is nginx's. */
const CLIENT_GONE = 499;

/** Of a call that became a stream, whoever ended that. */
const SWITCHED_PROTOCOLS = 101;

type Listener = (request: FastifyRequest, reply: FastifyReply, status: number) => void;

/** Has `listener` hear of each request once. */
export function onRequestEnd(app: FastifyInstance, listener: Listener): void {
  app.addHook("onRequest", async (request, reply) => {
    // An upgrade that is not refused has its answer from the WebSocket's own hand.
    onDeparture(reply, () => listener(request, reply, request.ws && reply.sent ? SWITCHED_PROTOCOLS : CLIENT_GONE));
  });
  app.addHook("onResponse", async (request, reply) => listener(request, reply, reply.statusCode));
}
