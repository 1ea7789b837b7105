// Making what a brain has learned last.

import type { Brains } from "../../brains/api.ts";
import { optionalBody } from "../optional-body.ts";
import { BrainParams, Nothing } from "../schemas/common.ts";
import { ConsolidateAnswer } from "../schemas/learn.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

export function consolidateRoutes(app: App, brains: Brains): void {
  app.post(
    "/v1/brains/:brain/consolidate",
    {
      ...optionalBody,
      schema: {
        operationId: "consolidate",
        tags: ["learning"],
        summary: "Consolidate",
        description:
          "Plastic brain: makes the neurons that were busy lately mature; mode `plastic` leaves them as they are from now on. Triarchic brain: moves the overlay into the core.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(Nothing),
        response: {
          200: json("How many neurons are mature.", ConsolidateAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, "brain-frozen"),
        },
      },
    },
    async (request, reply) => brains.consolidate(request.params.brain, termsOf(request, reply)),
  );
}
