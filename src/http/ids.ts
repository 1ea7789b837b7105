// Ids in addresses: what cannot be an id names nothing, so the answer is "not found" before anybody looks it up. That also keeps out what
// a database refuses to take as text (%00).

import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

const POSSIBLE_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Makes `app` answer 404 to impossible ids of brains, checkpoints and datasets. */
export function refuseImpossibleIds(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    // Parameters of a route are strings or absent; Fastify leaves their type open.
    const { brain, checkpoint, dataset } = (request.params ?? {}) as Readonly<Record<string, string>>;
    if (brain !== undefined && !POSSIBLE_ID.test(brain)) {
      throw new EngramError("brain-not-found", `There is no brain ${JSON.stringify(brain)}.`);
    }
    if (checkpoint !== undefined && !POSSIBLE_ID.test(checkpoint)) {
      throw new EngramError("checkpoint-not-found", `There is no checkpoint ${JSON.stringify(checkpoint)}.`);
    }
    if (dataset !== undefined && request.method !== "PUT" && !POSSIBLE_ID.test(dataset)) {
      throw new EngramError("dataset-not-found", `There is no dataset ${JSON.stringify(dataset)}.`);
    }
  });
}
