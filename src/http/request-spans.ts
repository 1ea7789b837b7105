// The span of each request but probes', from its arrival to its end, and the ids of both trace and span on its log lines.

import type { FastifyInstance } from "fastify";
import type { RequestSpan, Tracer } from "../tracing/tracer.ts";
import { pathOf } from "./error-handler.ts";
import { onRequestEnd } from "./request-ends.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Null where the request is not traced, undefined where none is. */
    span?: RequestSpan | null;
  }
}

/** Makes `app` trace each request, where somebody hears of that. */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  if (!tracer.isOn) return;
  app.decorateRequest("span", null);
  app.addHook("onRequest", (request, reply, done) => {
    const { method, routeOptions, headers } = request;
    const isProbe = routeOptions.config?.isProbe === true;
    const span = isProbe
      ? null
      : tracer.request({ method, route: routeOptions.url, path: pathOf(request.url), headers });
    if (span === null) return done();
    request.span = span;
    const { traceId, spanId } = span;
    request.log = reply.log = request.log.child({ traceId, spanId });
    span.within(done);
  });
  // The end of a body is heard in the connection's context, not in the request's.
  app.addHook("preValidation", (request, _reply, done) => {
    if (request.span) request.span.within(done);
    else done();
  });
  onRequestEnd(app, ({ span }, _reply, status) => span?.end(status));
}
