// What is measured of a brain, and the tasks that divide what it is taught.

import type { Brains } from "../../brains/api.ts";
import { optionalBody } from "../optional-body.ts";
import { BrainParams } from "../schemas/common.ts";
import { MeasuresAnswer, StartTask, TaskAnswer } from "../schemas/measures.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

export function measuresRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/measures",
    {
      schema: {
        operationId: "getMeasures",
        tags: ["learning"],
        summary: "Measures",
        description:
          "How well the brain does, measured while it learns: each sample counts by what was answered before it was learned. Part of the brain's state: exact after any restart, restore or fork. An evaluation of the hold-out that is under way is waited for.",
        params: BrainParams,
        response: {
          200: json("All that is measured, as it stands.", MeasuresAnswer),
          ...problemResponses(...BRAIN_PROBLEMS, "overloaded"),
        },
      },
    },
    async ({ params }) => brains.measures(params.brain),
  );

  app.post(
    "/v1/brains/:brain/tasks",
    {
      ...optionalBody,
      schema: {
        operationId: "startTask",
        tags: ["learning"],
        summary: "Start a task",
        description:
          "What is taught from now on counts as another task: the measures tell how it was known before and after those that follow. A task that has learned nothing yet only takes the name. Changes nothing of what the brain knows, and works in every mode.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(StartTask),
        response: {
          200: json("The task has begun.", TaskAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS),
        },
      },
    },
    async (request, reply) =>
      brains.startTask(request.params.brain, request.body.name ?? null, termsOf(request, reply)),
  );
}
