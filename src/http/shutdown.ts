// While the app closes, calls in flight end and new ones on open connections are refused, as problems like any other.

import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

/** Makes `app` answer new calls with 503 once `app.close()` has begun. */
export function refuseWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async (_request, reply) => {
    if (!isClosing) return;
    reply.header("connection", "close");
    throw new EngramError("shutting-down", "The server is shutting down.");
  });
}
