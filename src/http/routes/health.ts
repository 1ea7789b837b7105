// Probes: is the process alive, is it ready for calls, what computes. They want no API key, and tell nothing but that.

import type { Brains } from "../../brains/api.ts";
import { EngramError } from "../../errors.ts";
import { sendProblem } from "../error-handler.ts";
import { Alive, Ready } from "../schemas/health.ts";
import { publicProblemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import type { App } from "../server.ts";

export function healthRoutes(app: App, brains: Brains): void {
  app.get(
    "/livez",
    {
      config: { isPublic: true, isProbe: true },
      schema: {
        operationId: "livez",
        tags: ["server"],
        summary: "Is the process alive?",
        description: "Answers as long as the process does. When it does not, restart it.",
        security: [],
        response: { 200: json("It is.", Alive), ...publicProblemResponses() },
      },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      config: { isPublic: true, isProbe: true },
      schema: {
        operationId: "readyz",
        tags: ["server"],
        summary: "Is the server ready?",
        description:
          "Whether database and compute processes are up (when they are not, send calls elsewhere), and which backend computes. It answers at once with what was seen last; a part that goes down, or comes back, is told within two seconds.",
        security: [],
        response: { 200: json("It is.", Ready), ...publicProblemResponses("not-ready") },
      },
    },
    async (request, reply) => {
      const { ready, checks, hosts } = await brains.health();
      if (ready) return { status: "ready" as const, checks, hosts };
      const down = Object.entries(checks).flatMap(([part, state]) => (state === "up" ? [] : [`${part}: ${state}`]));
      return sendProblem(new EngramError("not-ready", `Not ready: ${down.join("; ")}.`), request, reply, { checks });
    },
  );
}
