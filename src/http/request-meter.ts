// How long requests take, by route and status.

import type { FastifyInstance } from "fastify";
import type { Meters } from "../metrics/meters.ts";
import { onRequestEnd } from "./request-ends.ts";

/** Stands for addresses without a route: they must not become labels. */
const NO_ROUTE = "none";

/** Makes `app` measure each request. */
export function meterRequests(app: FastifyInstance, meters: Meters): void {
  onRequestEnd(app, ({ method, routeOptions }, reply, status) => {
    meters.answered(method, routeOptions.url ?? NO_ROUTE, status, reply.elapsedTime);
  });
}
