// One line a request, when it ends. Probes come every few seconds and say nothing new: they are logged at debug level.

import type { FastifyInstance } from "fastify";
import { pathOf } from "./error-handler.ts";
import { onRequestEnd } from "./request-ends.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Machines ask again and again. */
    isProbe?: boolean;
  }
}

/** Makes `app` log each request; `requestId` is on every line of `request.log`. */
export function logRequests(app: FastifyInstance): void {
  onRequestEnd(app, (request, reply, statusCode) => {
    const level = request.routeOptions.config?.isProbe === true ? "debug" : "info";
    const { method } = request;
    const path = pathOf(request.url);
    const durationMs = Math.round(100 * reply.elapsedTime) / 100;
    request.log[level]({ method, path, statusCode, durationMs }, "request");
  });
}
