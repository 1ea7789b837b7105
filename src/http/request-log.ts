// One line a request, when it is answered. Probes come every few seconds and say nothing new: they are logged at debug level.

import type { FastifyInstance } from "fastify";
import { pathOf } from "./error-handler.ts";

/** Makes `app` log each answered request; `requestId` is on every line of `request.log`. */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    const level = request.routeOptions.config?.isPublic === true ? "debug" : "info";
    const { method } = request;
    const path = pathOf(request.url);
    const durationMs = Math.round(100 * reply.elapsedTime) / 100;
    request.log[level]({ method, path, statusCode: reply.statusCode, durationMs }, "request");
  });
}
