// Labels that arrive after their predictions.

import type { Brains } from "../../brains/api.ts";
import { BrainParams } from "../schemas/common.ts";
import { FeedbackAnswer, FeedbackSummary } from "../schemas/feedback.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

export function feedbackRoutes(app: App, brains: Brains, { feedbackRequest }: LimitedSchemas): void {
  app.post(
    "/v1/brains/:brain/feedback",
    {
      schema: {
        operationId: "giveFeedback",
        tags: ["learning"],
        summary: "Give late labels",
        description:
          "Says what tracked predictions should have been, in any order, however much later. Each label is held against the prediction made then, and all new ones are learned now, in one step. A label counts once, however often it is sent: a call that got no answer may be repeated as it is.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(feedbackRequest),
        response: {
          200: json("What became of each label.", FeedbackAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, "brain-frozen"),
        },
      },
    },
    async (request, reply) => brains.feedback(request.params.brain, request.body, termsOf(request, reply)),
  );

  app.get(
    "/v1/brains/:brain/feedback",
    {
      schema: {
        operationId: "getFeedback",
        tags: ["learning"],
        summary: "Read how tracked predictions stand",
        description: "How many wait for their labels, how many got them, and how often the brain had been right.",
        params: BrainParams,
        response: {
          200: json("Tracked predictions in figures.", FeedbackSummary),
          ...problemResponses("brain-not-found", "database-unavailable"),
        },
      },
    },
    async (request) => brains.feedbackSummary(request.params.brain),
  );
}
