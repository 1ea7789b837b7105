// One line a request, when it is answered, or when its client leaves before that. Probes come every few seconds and say nothing new: they
// are logged at debug level.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { pathOf } from "./error-handler.ts";

/** What the log shows for a call whose client left before it was answered; the number is nginx's. */
const CLIENT_GONE = 499;

/** Makes `app` log each request; `requestId` is on every line of `request.log`. */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) log(request, reply, CLIENT_GONE);
    });
  });
  app.addHook("onResponse", async (request, reply) => log(request, reply, reply.statusCode));
}

function log(request: FastifyRequest, reply: FastifyReply, statusCode: number): void {
  const level = request.routeOptions.config?.isPublic === true ? "debug" : "info";
  const { method } = request;
  const path = pathOf(request.url);
  const durationMs = Math.round(100 * reply.elapsedTime) / 100;
  request.log[level]({ method, path, statusCode, durationMs }, "request");
}
