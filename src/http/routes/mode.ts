// Switching a brain's mode.

import type { Brains } from "../../brains/api.ts";
import { BrainParams } from "../schemas/common.ts";
import { SetMode, StateStamp } from "../schemas/mode.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

export function modeRoutes(app: App, brains: Brains): void {
  app.put(
    "/v1/brains/:brain/mode",
    {
      schema: {
        operationId: "setMode",
        tags: ["learning"],
        summary: "Switch the mode",
        description: "From the next call on the brain is in this mode.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(SetMode),
        response: {
          200: json("The brain's state now.", StateStamp),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS),
        },
      },
    },
    async (request, reply) => brains.setMode(request.params.brain, request.body.mode, termsOf(request, reply)),
  );
}
