// While the app closes, calls in flight end and new ones on open connections are refused, as problems like any other. Each answer then
// closes its connection: one that is kept alive would hold the shutdown back until its client lets go.

import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

/** Makes `app` answer new calls with 503 once `app.close()` has begun. */
export function refuseWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async () => {
    if (isClosing) throw new EngramError("shutting-down", "The server is shutting down.");
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
}
