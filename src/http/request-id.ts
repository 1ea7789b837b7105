// Every request has an id: the caller's own (x-request-id, where it is harmless) or a new one. It is in the answer and on each log line.

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

const HARMLESS = /^[A-Za-z0-9._:-]{1,128}$/;

/** @returns the id of a request that has just arrived */
export function requestId(request: Pick<IncomingMessage, "headers">): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && HARMLESS.test(given) ? given : randomUUID();
}

/** Makes `app` put the request's id into each answer. */
export function answerWithRequestId(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
}
