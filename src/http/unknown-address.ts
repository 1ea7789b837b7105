// Answers for addresses and methods that no route takes: 404, 405 with the methods that would work, or, to OPTIONS, just those methods.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngramError } from "../errors.ts";
import { pathOf, sendProblem } from "./error-handler.ts";

/** Makes `app` answer what no route takes; must run before the first route is added, so that it hears of all. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  const methodsByPattern = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = methodsByPattern.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    methodsByPattern.set(url, methods);
  });
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = pathOf(request.url);
    const allowed = [...methodsByPattern]
      .filter(([pattern]) => matches(pattern, path))
      .flatMap(([, methods]) => [...methods]);
    if (allowed.length === 0) {
      return sendProblem(new EngramError("not-found", `Nothing lives at ${path}; see /openapi.json.`), request, reply);
    }
    const allow = [...new Set([...allowed, "OPTIONS"])].join(", ");
    reply.header("allow", allow);
    if (request.method === "OPTIONS") return reply.code(204).send();
    const detail = `${path} does not take ${request.method}; it takes ${allow}.`;
    return sendProblem(new EngramError("method-not-allowed", detail), request, reply);
  };
  // Before the body is looked at: what is wrong with it does not matter where nobody takes it.
  app.addHook("onRequest", async (request, reply) => (request.is404 ? answer(request, reply) : undefined));
  app.setNotFoundHandler(answer);
}

/** Patterns are literal segments and `:parameters`; wildcards (files of /docs) take GET alone and are left out. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part.startsWith(":") ? given[at] !== "" : part === given[at]))
  );
}
