// Teaching a brain.

import type { Static } from "typebox";
import type { Brains } from "../../brains/api.ts";
import { answerType } from "../answer-type.ts";
import { featuresIn, givenIn } from "../inputs.ts";
import { BrainParams } from "../schemas/common.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { LearnAnswer } from "../schemas/learn.ts";
import { LearnedTensors } from "../schemas/learn-tensors.ts";
import { problemResponses } from "../schemas/problem.ts";
import type { DeepReadonly } from "../schemas/ref.ts";
import { jsonOrTensors, jsonOrTensorsAnswer } from "../schemas/tensors.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { encodeLearned } from "../tensor-answer.ts";
import { isTensorFile, type TensorFile, tensorsOf } from "../tensor-body.ts";
import { labelsOf, matrixOf } from "../tensor-inputs.ts";
import { termsOf } from "../terms.ts";
import { CHANGE_PROBLEMS, INPUT_PROBLEMS, TENSOR_PROBLEMS } from "./problem-sets.ts";

export function learnRoutes(app: App, brains: Brains, { learnRequest, lessonTensors, maxRows }: LimitedSchemas): void {
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
        body: jsonOrTensors(learnRequest, lessonTensors),
        response: {
          200: jsonOrTensorsAnswer("What the step did.", LearnAnswer, LearnedTensors),
          ...problemResponses(...TENSOR_PROBLEMS, ...INPUT_PROBLEMS, ...CHANGE_PROBLEMS, "brain-frozen"),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const answer = answerType(request, reply, encodeLearned);
      const lesson = isTensorFile(body) ? lessonOf(body, maxRows) : givenIn(body);
      const { memorize = true, ...rest } = lesson;
      return answer(await brains.learn(params.brain, { ...rest, memorize }, termsOf(request, reply)));
    },
  );
}

function lessonOf(file: LessonFile, maxRows: number) {
  const { labels, classes, ...options } = file.__metadata__ ?? {};
  const tensors = tensorsOf(file);
  const inputs = matrixOf(tensors.inputs, maxRows);
  return { ...featuresIn(options, inputs), labels: labelsOf({ labels, classes, tensor: tensors.labels }, inputs.rows) };
}

type LessonFile = TensorFile<DeepReadonly<Static<LimitedSchemas["lessonTensors"]>>>;
