// Clients that hold connections and do nothing with them: each wait for a client has an end, and so has the number of connections. Waits
// for the server's own work have none here: a call may take as long as it needs.

import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";
import { endWithProblem } from "./error-handler.ts";
import type { HttpConfig } from "./server.ts";

/** A whole body that is held in memory, for as long as something of it comes. */
const BODY_TIMEOUT_MS = 300_000;
/** And one that is passed on as it arrives: 1 GiB takes so long at 4 Mbit/s. What arrives longer than an hour is taken for abandoned (dataset-table.ts). */
const REQUEST_TIMEOUT_MS = 45 * 60_000;
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

declare module "fastify" {
  interface FastifyInstance {
    /** How long the next piece of a body is waited for, where something waits for it. */
    silenceMs: number;
  }
}

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
  app.decorate("silenceMs", silenceMs);
  // A body that is passed on is read at the speed of what reads it: its silence may be the server's own (see `waitedFor`).
  const isHeld = (config: { readonly streamsBody?: boolean }): boolean => config.streamsBody !== true;
  const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  app.addHook("preParsing", async ({ raw, routeOptions }) => {
    if (!isHeld(routeOptions.config)) return;
    raw.setTimeout(silenceMs, () => giveUp(raw, silence(silenceMs)));
    const deadline = setTimeout(() => giveUp(raw, "The request was not complete in time."), BODY_TIMEOUT_MS).unref();
    deadlines.set(raw, deadline);
    raw.once("close", () => clearTimeout(deadline));
  });
  app.addHook("preValidation", async ({ raw }) => {
    raw.setTimeout(0);
    clearTimeout(deadlines.get(raw));
  });
  // Node sets it anew for the time between two requests.
  app.addHook("onSend", async (_request, reply) => void reply.raw.setTimeout(silenceMs));
}

/** The pieces of a body that is passed on; a sender that is silent while the next one is waited for loses its connection. */
export async function* waitedFor(
  pieces: AsyncIterable<Uint8Array>,
  raw: IncomingMessage,
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => giveUp(raw, silence(silenceMs)), silenceMs);
      const next = await iterator.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

const silence = (ms: number): string => `Nothing came for ${ms / 1000} s.`;

const giveUp = ({ socket }: IncomingMessage, detail: string): void =>
  endWithProblem(socket, new EngramError("request-timeout", detail));
