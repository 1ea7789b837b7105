// What happens to brains, as it happens, over WebSockets. An unknown brain is refused before the upgrade, as a problem document.

import websocket from "@fastify/websocket";
import type { FastifyRequest, preHandlerAsyncHookHandler } from "fastify";
import type { WebSocket } from "ws";
import type { Brains } from "../../brains/api.ts";
import { EngramError } from "../../errors.ts";
import type { Feed } from "../../metrics/feed.ts";
import type { Meters } from "../../metrics/meters.ts";
import { endWithProblem } from "../error-handler.ts";
import { BrainParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import { StreamMessage } from "../schemas/stream.ts";
import type { App } from "../server.ts";
import { StreamHub } from "../stream/hub.ts";
import { MAX_CLIENT_BYTES } from "../stream/limits.ts";
import { chooseSubprotocol } from "../stream/subprotocols.ts";
import { webSocketUpgradesOf } from "../upgrades.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route can be upgraded to a WebSocket. */
    isStream?: boolean;
  }
}

const HOW = `It greets with \`hello\`; a \`subscribe\` says which topics to tell, how fast at most, and where to go on after a break.
Who says nothing hears what happens (\`events\`), from the opening on. What both sides say is in [/asyncapi.json](/asyncapi.json).

It speaks \`engram.v1\`, or CloudEvents where the subprotocol \`cloudevents.json\` is offered. Where a key is needed, a browser offers it as
\`engram.bearer.<base64url of the key>\`, beside one of those. A client that reads nothing is closed with 1013, every client with 1001 when the
server stops.`;

const ONE_BRAIN = `Opens a WebSocket that tells what happens to this brain, one JSON document per text message, in the order of \`seq\`, and
ends with code 1000 when the brain is deleted. ${HOW}`;

const ALL_BRAINS = `Opens a WebSocket that tells what happens to every brain, or to those that the client names, one JSON document per text
message. ${HOW}`;

/**
 * Adds WebSockets to `app`. Must be awaited before any other hook is added: the plugin has to see a request before somebody refuses it, or
 * the socket of a refused upgrade stays open.
 * @returns where streams are added; it ends with the app
 */
export async function enableStreams(app: App, feed: Feed, meters: Meters): Promise<StreamHub> {
  const hub = new StreamHub({ feed, tally: meters.streams, sample: () => meters.sample() });
  // Before the plugin's own hook, which closes sockets without saying why.
  app.addHook("preClose", () => hub.close());
  const server = webSocketUpgradesOf(app.server);
  const options = { maxPayload: MAX_CLIENT_BYTES, handleProtocols: chooseSubprotocol, server };
  await app.register(websocket, { options, errorHandler: endStream });
  app.websocketServer.on("wsClientError", ({ message }, socket) => {
    endWithProblem(socket, new EngramError("bad-request", `${message}.`), { "sec-websocket-version": "13" });
  });
  return hub;
}

/** What a client does wrong on its stream ends that stream, and is no error of the server's. */
function endStream(error: Error & { readonly code?: string }, socket: WebSocket, request: FastifyRequest): void {
  const isClients = error.code === undefined ? false : /^(WS_ERR_|ECONNRESET$|EPIPE$)/.test(error.code);
  if (isClients) request.log.debug({ reason: error.message }, "stream broken by its client");
  else request.log.error({ err: error }, "stream failed");
  socket.terminate();
}

/** Makes `app` refuse upgrades where no stream is; the plugin would open and close them. */
export function refuseOtherUpgrades(app: App): void {
  app.addHook("onRequest", async (request) => {
    if (request.ws && request.routeOptions.config?.isStream !== true) {
      throw new EngramError("not-found", "There is no stream here; see /openapi.json.");
    }
  });
}

/** Adds the streams. */
export function streamRoutes(app: App, brains: Brains, hub: StreamHub): void {
  const stream = (brainOf: (request: FastifyRequest) => string | null) => ({
    method: "GET" as const,
    config: { isStream: true },
    handler: async () => {
      throw new EngramError("upgrade-required", "This is a stream: open it as a WebSocket.");
    },
    wsHandler: (socket: WebSocket, request: FastifyRequest) => hub.add(socket, brainOf(request), request.raw.socket),
  });

  app.route({
    ...stream(brainOf),
    url: "/v1/brains/:brain/stream",
    preHandler: brainMustExist(brains),
    schema: {
      operationId: "streamBrain",
      tags: ["streams"],
      summary: "Follow a brain",
      description: ONE_BRAIN,
      params: BrainParams,
      querystring: NoQuery,
      response: {
        101: json("The WebSocket is open; each message of the server's is such a document.", StreamMessage),
        ...problemResponses("validation", "brain-not-found", "upgrade-required", "database-unavailable"),
      },
    },
  });

  app.route({
    ...stream(() => null),
    url: "/v1/stream",
    schema: {
      operationId: "streamAll",
      tags: ["streams"],
      summary: "Follow all brains",
      description: ALL_BRAINS,
      querystring: NoQuery,
      response: {
        101: json("The WebSocket is open; each message of the server's is such a document.", StreamMessage),
        ...problemResponses("validation", "upgrade-required"),
      },
    },
  });
}

const brainMustExist =
  (brains: Brains): preHandlerAsyncHookHandler =>
  async (request) => {
    await brains.get(brainOf(request));
  };

// The route's schema says that `brain` is there and a string; the hook's type does not know the route.
const brainOf = (request: FastifyRequest): string => (request.params as { readonly brain: string }).brain;
