// What a brain is made of.

import type { Brains } from "../../brains/api.ts";
import { departureOf } from "../departure.ts";
import { BrainParams } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import { DEFAULT_BINS, WeightsAnswer, WeightsQuery } from "../schemas/weights.ts";
import type { App } from "../server.ts";
import { BRAIN_PROBLEMS } from "./problem-sets.ts";

export function weightsRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/weights",
    {
      schema: {
        operationId: "getWeights",
        tags: ["inspection"],
        summary: "See how weights are distributed",
        description:
          "For each array that the brain is made of: least, greatest, mean, standard deviation and a histogram of its numbers, all of one state. The brain goes on learning and answering meanwhile; nothing of it changes.",
        params: BrainParams,
        querystring: WeightsQuery,
        response: {
          200: json("The distributions.", WeightsAnswer),
          ...problemResponses("validation", ...BRAIN_PROBLEMS),
        },
      },
    },
    async ({ params, query }, reply) => {
      const { bins = DEFAULT_BINS } = query;
      return brains.weights(params.brain, { bins, signal: departureOf(reply) });
    },
  );
}
