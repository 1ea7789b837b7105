// Connections that a client has opened and not yet used, as clients do ahead of time. Node counts them neither as busy nor as idle, so that
// one of them would hold the shutdown back until its client lets go.

import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** Makes `app.close()` end connections that have not sent a request yet. */
export function endUnusedConnections(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  // Before anything else hears of the request: it may be long.
  app.server.prependListener("request", ({ socket }) => unused.delete(socket));
  app.addHook("preClose", async () => {
    for (const socket of unused) socket.destroy();
  });
}
