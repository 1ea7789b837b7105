// Routes that work without a body: `curl -X POST` is enough.

import type { preValidationHookHandler } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** No body is as good as an empty object. */
    bodyIsOptional?: boolean;
  }
}

const emptyObject: preValidationHookHandler = (request, _reply, done) => {
  if (request.body === undefined) request.body = {};
  done();
};

/** Route options that let the body be left out; spread them into a route that has a body schema. */
export const optionalBody = { config: { bodyIsOptional: true }, preValidation: emptyObject };
