// The contract itself.

import type { App } from "../server.ts";

export function openapiRoutes(app: App): void {
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) => {
    return reply.type("application/json").send(app.swagger());
  });
}
