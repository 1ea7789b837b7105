// What a body may be: each scope of routes takes some types, uncompressed, and names them where it refuses another.

import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

export const JSON_TYPE = "application/json";

/** Makes the routes of `app` refuse bodies of types that it has no parser for. @param types those that it has one for */
export function refuseOtherBodies(app: FastifyInstance, types: readonly string[]): void {
  app.addContentTypeParser("*", (request, _payload, done) => {
    if (request.headers["content-length"] === "0") return done(null, undefined);
    const type = request.headers["content-type"];
    const what = type === undefined ? "The body has no content type" : `The body's content type is ${type}`;
    return done(unsupported(what, types));
  });
}

/** @returns what keeps the body from being read as it came, or null */
export function compressionRefusal(headers: IncomingHttpHeaders, types: readonly string[]): EngramError | null {
  const compression = headers["content-encoding"] ?? "identity";
  if (compression.toLowerCase() === "identity") return null;
  return unsupported(`The body is compressed (content-encoding: ${compression}); send it as it is`, types);
}

export const unsupported = (what: string, types: readonly string[]): EngramError =>
  new EngramError(
    "unsupported-media-type",
    `${what}; this call takes ${types.join(", ")}: -H 'content-type: ${types[0]}'.`,
  );
