// Clients that hold connections and do nothing with them: each wait for a client has an end, and so has the number of connections. Waits
// for the server's own work have none here: a call may take as long as it needs.

import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";
import { endWithProblem } from "./error-handler.ts";
import type { HttpConfig } from "./server.ts";

/** The whole request, for as long as something of it comes: large files take their time. */
const REQUEST_TIMEOUT_MS = 300_000;
/** Its headers are a few hundred bytes. */
const HEADERS_TIMEOUT_MS = 20_000;
/** A connection that is kept open between two requests; longer than the minute of usual proxies, which then close first. */
const KEEP_ALIVE_MS = 72_000;
/** While a body is read that the server waits for, and while the client does not read its answer. */
const SILENCE_MS = 30_000;
/** How often Node looks for requests that are over their time. */
const CHECK_EVERY_MS = 5_000;
/** Connections that rest cost little, calls are counted (intake.ts): this is for what would use up all file descriptors. */
const CONNECTIONS_PER_CALL = 8;
const MIN_CONNECTIONS = 1024;

/** Options of Fastify, and of Node's server within `http`. */
export const SLOW_CLIENT_OPTIONS = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
} as const;

/** Makes `app` let go of clients that send or read nothing for a while. */
export function giveUpSlowClients(
  app: FastifyInstance,
  { maxInFlight }: Pick<HttpConfig, "maxInFlight">,
  silenceMs = SILENCE_MS,
): void {
  app.server.maxConnections = Math.max(MIN_CONNECTIONS, CONNECTIONS_PER_CALL * maxInFlight);
  // A body that is passed on is read at the speed of what reads it: its silence may be the server's own.
  const waitsForBody = (config: { readonly streamsBody?: boolean }): boolean => config.streamsBody !== true;
  app.addHook("preParsing", async ({ raw, routeOptions }) => {
    if (!waitsForBody(routeOptions.config)) return;
    raw.setTimeout(silenceMs, () => {
      endWithProblem(raw.socket, new EngramError("request-timeout", `Nothing came for ${silenceMs / 1000} s.`));
    });
  });
  app.addHook("preValidation", async ({ raw }) => void raw.setTimeout(0));
  // Node sets it anew for the time between two requests.
  app.addHook("onSend", async (_request, reply) => void reply.raw.setTimeout(silenceMs));
}
