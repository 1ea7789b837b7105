// Reading request bodies: JSON only. No body at all is a body that is `undefined`, so that calls with nothing to say need no `-d '{}'`.

import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

/** Makes `app` read JSON bodies, and nothing else. */
export function readJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body: string, done) => {
    if (body === "") return done(null, undefined);
    return parseJson(request, body, (error, value) => (error ? done(notJson(body)) : done(null, value)));
  });
  app.addContentTypeParser("*", (request, _payload, done) => {
    if (request.headers["content-length"] === "0") return done(null, undefined);
    return done(unsupported(request.headers["content-type"]));
  });
}

/** The body is parsed again to learn what is wrong with it: Fastify's parser does not tell. */
function notJson(body: string): EngramError {
  return new EngramError("not-json", `The body is not JSON: ${whatIsWrong(body)}.`);
}

function whatIsWrong(body: string): string {
  try {
    JSON.parse(body);
    return 'properties named "__proto__" or "constructor" with a "prototype" are refused';
  } catch (error) {
    return error instanceof Error ? error.message : "it does not parse";
  }
}

const unsupported = (contentType: string | undefined): EngramError =>
  new EngramError(
    "unsupported-media-type",
    `${contentType === undefined ? "The body has no content type" : `The body's content type is ${contentType}`}; send JSON with -H 'content-type: application/json'.`,
  );
