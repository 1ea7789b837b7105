// The contract itself: of calls, and of streams.

import type { TSchema } from "typebox";
import { asyncapiDocument } from "../asyncapi.ts";
import type { App } from "../server.ts";

/** @param schemas every named schema */
export function openapiRoutes(app: App, schemas: readonly TSchema[]): void {
  app.get("/openapi.json", { schema: { hide: true }, config: { isPublic: true } }, async (_request, reply) => {
    return reply.type("application/json").send(app.swagger());
  });

  const asyncapi = asyncapiDocument(schemas);
  app.get("/asyncapi.json", { schema: { hide: true }, config: { isPublic: true } }, async (_request, reply) => {
    return reply.type("application/json").send(asyncapi);
  });
}
