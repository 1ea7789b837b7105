// States of a brain's past: go back to one, branch off, compare.

import type { Static } from "typebox";
import type { Brains, EvaluateRequest, Given } from "../../brains/api.ts";
import { invalid } from "../../errors.ts";
import { givenIn } from "../inputs.ts";
import { optionalBody } from "../optional-body.ts";
import { Brain } from "../schemas/brain.ts";
import { RestoreAnswer } from "../schemas/checkpoint.ts";
import { BrainParams } from "../schemas/common.ts";
import type { LimitedSchemas } from "../schemas/index.ts";
import { problemResponses } from "../schemas/problem.ts";
import { type DeepReadonly, json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import { CompareAnswer, ForkBrain, RestoreTo } from "../schemas/time-travel.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, INPUT_PROBLEMS, KEY_PROBLEMS, MATCH_PROBLEMS } from "./problem-sets.ts";

export function timeTravelRoutes(app: App, brains: Brains, { compareRequest }: LimitedSchemas): void {
  app.post(
    "/v1/brains/:brain/restore",
    {
      schema: {
        operationId: "restoreTo",
        tags: ["time travel"],
        summary: "Go back to a state of the past",
        description:
          "Puts the brain into the state that it had after change `seq`. `seq` goes on: restoring is a change, and can be undone by another restore. The brain serves its callers while that state is brought back.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(RestoreTo),
        response: {
          200: json("The brain's state now.", RestoreAnswer),
          ...problemResponses(
            ...BODY_PROBLEMS,
            ...BRAIN_PROBLEMS,
            ...MATCH_PROBLEMS,
            ...KEY_PROBLEMS,
            "state-not-found",
          ),
        },
      },
    },
    async (request, reply) => brains.restoreTo(request.params.brain, request.body.seq, termsOf(request, reply)),
  );

  app.post(
    "/v1/brains/:brain/fork",
    {
      ...optionalBody,
      schema: {
        operationId: "forkBrain",
        tags: ["time travel"],
        summary: "Fork a brain",
        description:
          "Makes a new brain that begins with a state of this one and goes its own way from there. It goes on with that state's `seq`; `origin` says where it came from.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(ForkBrain),
        response: {
          201: json("The new brain.", Brain),
          ...problemResponses(
            ...BODY_PROBLEMS,
            ...BRAIN_PROBLEMS,
            ...MATCH_PROBLEMS,
            ...KEY_PROBLEMS,
            "brain-exists",
            "state-not-found",
          ),
        },
      },
    },
    async (request, reply) => {
      const brain = await brains.fork(request.params.brain, request.body, termsOf(request, reply));
      return reply.code(201).header("location", `/v1/brains/${brain.id}`).send(brain);
    },
  );

  app.post(
    "/v1/brains/:brain/compare",
    {
      schema: {
        operationId: "compareStates",
        tags: ["time travel"],
        summary: "Compare two states",
        description:
          "What two states of the brain have in common and what not: settings, classes and their remembered samples, weights, and how right either is on given samples. Changes nothing.",
        params: BrainParams,
        body: ref(compareRequest),
        response: {
          200: json("What differs.", CompareAnswer),
          ...problemResponses(...INPUT_PROBLEMS, ...BODY_PROBLEMS, ...BRAIN_PROBLEMS, "state-not-found"),
        },
      },
    },
    async ({ params, body: { from, to, ...given } }) => {
      const samples = samplesIn(given);
      const states = { from, ...(to === undefined ? {} : { to }) };
      return brains.compare(params.brain, { ...states, ...(samples === null ? {} : { samples }) });
    },
  );
}

/** @throws EngramError `validation` for inputs without labels, or labels without inputs */
function samplesIn({ labels, ...given }: Omit<Samples, "from" | "to">): Given<EvaluateRequest> | null {
  if (labels !== undefined) return { ...givenIn(given), labels };
  if (Object.keys(given).length > 0) throw invalid("#/labels", "is missing: each input needs one");
  return null;
}

type Samples = DeepReadonly<Static<LimitedSchemas["compareRequest"]>>;
