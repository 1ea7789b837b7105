// Taking in what another brain knows.

import type { Brains } from "../../brains/api.ts";
import { BrainParams } from "../schemas/common.ts";
import { MergeAnswer, MergeRequest } from "../schemas/merge.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

export function mergeRoutes(app: App, brains: Brains): void {
  app.post(
    "/v1/brains/:brain/merge",
    {
      schema: {
        operationId: "mergeBrain",
        tags: ["learning"],
        summary: "Take in another brain",
        description:
          "Adds what another plastic brain of the same make-up knows: its sums, and its remembered samples under this brain's `memoryPolicy`. The readout then answers as that of one brain taught both ones' samples. Layers, settings and measures stay this brain's own, and the other brain stays as it is. Predictions go on meanwhile; changes wait. With `base`, a state that both came from, what the other one has learned since is added; without one, what both had learned before one was forked from the other counts twice.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(MergeRequest),
        response: {
          200: json("What came from the other brain.", MergeAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, "brain-frozen", "not-mergeable", "state-not-found"),
        },
      },
    },
    async (request, reply) => brains.merge(request.params.brain, request.body, termsOf(request, reply)),
  );
}
