// Seeing how a prediction comes about.

import type { Brains } from "../../brains/api.ts";
import { departureOf } from "../departure.ts";
import { givenIn } from "../inputs.ts";
import { BrainParams } from "../schemas/common.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { jsonOrFiles } from "../schemas/media.ts";
import { DEFAULT_TOP_K } from "../schemas/predict.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import { TraceAnswer } from "../schemas/trace.ts";
import type { App } from "../server.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, INPUT_PROBLEMS } from "./problem-sets.ts";

export function traceRoutes(app: App, brains: Brains, { traceRequest }: LimitedSchemas): void {
  app.post(
    "/v1/brains/:brain/trace",
    {
      schema: {
        operationId: "trace",
        tags: ["inspection"],
        summary: "Trace inputs",
        description:
          "What the brain does with each input on the way to its prediction: which neurons fire in each layer and how strongly, what the layer recalls and how much that changes. One state of the brain traces all inputs; it changes in nothing, whatever the mode.",
        params: BrainParams,
        body: jsonOrFiles(traceRequest),
        response: {
          200: json("One trace per input.", TraceAnswer),
          ...problemResponses(...INPUT_PROBLEMS, ...BODY_PROBLEMS, ...BRAIN_PROBLEMS),
        },
      },
    },
    async ({ params, body }, reply) => {
      const { inputs, topK = DEFAULT_TOP_K, imaginations = false } = givenIn(body);
      const asked = { inputs, topK, imaginations, signal: departureOf(reply) };
      return brains.trace(params.brain, asked);
    },
  );
}
