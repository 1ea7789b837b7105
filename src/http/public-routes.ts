// Routes that answer without the API key: what they tell is the same for every server of this version (the dashboard's files, the contract and the
// pages that show it), or that a probe may know.

import type { FastifyInstance } from "fastify";

/** Registers what `routes` adds, all of it to be answered without a key. */
export async function withoutKey(
  app: FastifyInstance,
  routes: (scope: FastifyInstance) => Promise<void> | void,
): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, isPublic: true };
    });
    await routes(scope);
  });
}
