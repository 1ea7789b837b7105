// Teaching a brain.

import type { Brains } from "../../brains/api.ts";
import { toMatrix } from "../inputs.ts";
import { BrainParams } from "../schemas/common.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { LearnAnswer } from "../schemas/learn.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

export function learnRoutes(app: App, brains: Brains, { learnRequest }: LimitedSchemas): void {
  app.post(
    "/v1/brains/:brain/learn",
    {
      schema: {
        operationId: "learn",
        tags: ["learning"],
        summary: "Learn",
        description:
          "One step of learning on exactly these samples. It is durable by the time that the answer arrives, and later predictions know it.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(learnRequest),
        response: {
          200: json("What the step did.", LearnAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, "brain-frozen"),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { inputs, memorize = true, ...rest } = body;
      return brains.learn(params.brain, { ...rest, inputs: toMatrix(inputs), memorize }, termsOf(request, reply));
    },
  );
}
