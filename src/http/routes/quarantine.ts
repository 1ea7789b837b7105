// The way out of quarantine for a brain whose owner thinks that it deserves another trial.

import type { Brains } from "../../brains/api.ts";
import { BrainParams } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { noContent } from "../schemas/ref.ts";
import type { App } from "../server.ts";

export function quarantineRoutes(app: App, brains: Brains): void {
  app.delete(
    "/v1/brains/:brain/quarantine",
    {
      schema: {
        operationId: "liftQuarantine",
        tags: ["brains"],
        summary: "Try a quarantined brain again",
        description:
          "A brain whose computing has ended three compute processes in a row is quarantined: its calls answer `brain-quarantined`. Afterwards the next call tries it again, as if nothing had happened. Of a brain that is not quarantined nothing changes.",
        params: BrainParams,
        response: {
          204: noContent("It is not quarantined any more."),
          ...problemResponses("brain-not-found", "database-unavailable"),
        },
      },
    },
    async (request, reply) => {
      await brains.liftQuarantine(request.params.brain);
      return reply.code(204).send(null);
    },
  );
}
