// Asking a brain.

import type { Brains } from "../../brains/api.ts";
import { toMatrix } from "../inputs.ts";
import { BrainParams } from "../schemas/common.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { DEFAULT_TOP_K, PredictAnswer } from "../schemas/predict.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { KeyHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, KEY_PROBLEMS } from "./problem-sets.ts";

export function predictRoutes(app: App, brains: Brains, { predictRequest }: LimitedSchemas): void {
  app.post(
    "/v1/brains/:brain/predict",
    {
      schema: {
        operationId: "predict",
        tags: ["learning"],
        summary: "Predict",
        description:
          "Says what each input is, and how new it looks. Changes nothing of the brain, whatever the mode. With `track` the predictions are remembered, so that their labels may follow.",
        headers: KeyHeaders,
        params: BrainParams,
        body: ref(predictRequest),
        response: {
          200: json("One prediction per input.", PredictAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...BRAIN_PROBLEMS, ...KEY_PROBLEMS, "tracking-full"),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { inputs, topK = DEFAULT_TOP_K, explain = false, track = false } = body;
      return brains.predict(params.brain, { inputs: toMatrix(inputs), topK, explain, track }, termsOf(request, reply));
    },
  );
}
