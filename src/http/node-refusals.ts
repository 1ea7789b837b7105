// What Node would refuse with a bare answer of its own, before the app hears of it: here it gets the app's answer, like any other request.

import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

/** Options of the HTTP server that leave the refusals to `answerForNode`. */
export const LENIENT_SERVER = { requireHostHeader: false } as const;

/** Makes `app` answer requests without a Host header, and those that expect what this server does not know. */
export function answerForNode(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ raw }) => {
    if (raw.httpVersion === "1.1" && raw.headers.host === undefined) {
      throw new EngramError("bad-request", "The Host header is missing.");
    }
  });
  // RFC 9110 §10.1.1: an expectation other than 100-continue may be passed over.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
}
