// Asking a brain.

import type { Brains } from "../../brains/api.ts";
import { answerType } from "../answer-type.ts";
import { departureOf } from "../departure.ts";
import { featuresIn, givenIn } from "../inputs.ts";
import { BrainParams } from "../schemas/common.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { DEFAULT_TOP_K, PredictAnswer } from "../schemas/predict.ts";
import { PredictionTensors, PredictTensors } from "../schemas/predict-tensors.ts";
import { problemResponses } from "../schemas/problem.ts";
import { jsonOrTensors, jsonOrTensorsAnswer } from "../schemas/tensors.ts";
import { KeyHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { encodePredictions } from "../tensor-answer.ts";
import { isTensorFile, tensorsOf } from "../tensor-body.ts";
import { matrixOf } from "../tensor-inputs.ts";
import { termsOf } from "../terms.ts";
import { BRAIN_PROBLEMS, INPUT_PROBLEMS, KEY_PROBLEMS, TENSOR_PROBLEMS } from "./problem-sets.ts";

export function predictRoutes(app: App, brains: Brains, { predictRequest, maxRows }: LimitedSchemas): void {
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
        body: jsonOrTensors(predictRequest, PredictTensors),
        response: {
          200: jsonOrTensorsAnswer("One prediction per input.", PredictAnswer, PredictionTensors),
          ...problemResponses(
            ...TENSOR_PROBLEMS,
            ...INPUT_PROBLEMS,
            ...BRAIN_PROBLEMS,
            ...KEY_PROBLEMS,
            "tracking-full",
          ),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const answer = answerType(request, reply, encodePredictions);
      const {
        inputs,
        topK = DEFAULT_TOP_K,
        explain = false,
        track = false,
      } = isTensorFile(body)
        ? featuresIn(body.__metadata__ ?? {}, matrixOf(tensorsOf(body).inputs, maxRows))
        : givenIn(body);
      const asked = { inputs, topK, explain, track, signal: departureOf(reply) };
      return answer(await brains.predict(params.brain, asked, termsOf(request, reply)));
    },
  );
}
