// Judging a brain.

import type { Brains } from "../../brains/api.ts";
import { givenIn } from "../inputs.ts";
import { BrainParams } from "../schemas/common.ts";
import { EvaluateAnswer } from "../schemas/evaluate.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { jsonOrFiles } from "../schemas/media.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import type { App } from "../server.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, INPUT_PROBLEMS } from "./problem-sets.ts";

export function evaluateRoutes(app: App, brains: Brains, { evaluateRequest }: LimitedSchemas): void {
  app.post(
    "/v1/brains/:brain/evaluate",
    {
      schema: {
        operationId: "evaluate",
        tags: ["learning"],
        summary: "Evaluate",
        description:
          "Predicts each sample and compares: accuracy, scores per class, confusion matrix, and how far confidence is from being right. Changes nothing, whatever the mode. One state of the brain judges all samples.",
        params: BrainParams,
        body: jsonOrFiles(evaluateRequest),
        response: {
          200: json("How well the brain does.", EvaluateAnswer),
          ...problemResponses(...INPUT_PROBLEMS, ...BODY_PROBLEMS, ...BRAIN_PROBLEMS),
        },
      },
    },
    async ({ params, body }) => brains.evaluate(params.brain, givenIn(body)),
  );
}
