// Brains as a collection: create, find, rename, delete.

import type { Brains } from "../../brains/api.ts";
import { Brain, BrainList, CreateBrain, PatchBrain } from "../schemas/brain.ts";
import { BrainParams, DEFAULT_PAGE_LIMIT, PageQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, noContent, ref } from "../schemas/ref.ts";
import { ChangeHeaders, KeyHeaders, MatchHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, CHANGE_PROBLEMS, KEY_PROBLEMS, MATCH_PROBLEMS } from "./problem-sets.ts";

export function brainRoutes(app: App, brains: Brains): void {
  app.post(
    "/v1/brains",
    {
      schema: {
        operationId: "createBrain",
        tags: ["brains"],
        summary: "Create a brain",
        description: "Creates an empty brain in mode `plastic`. Without `id` it gets one.",
        headers: KeyHeaders,
        body: ref(CreateBrain),
        response: {
          201: json("The new brain.", Brain),
          ...problemResponses(
            ...BODY_PROBLEMS,
            ...KEY_PROBLEMS,
            "brain-exists",
            "host-unavailable",
            "database-unavailable",
          ),
        },
      },
    },
    async (request, reply) => {
      const brain = await brains.create(request.body, termsOf(request, reply));
      return reply.code(201).header("location", `/v1/brains/${brain.id}`).send(brain);
    },
  );

  app.get(
    "/v1/brains",
    {
      schema: {
        operationId: "listBrains",
        tags: ["brains"],
        summary: "List brains",
        description: "Brains, oldest first, a page at a time.",
        querystring: PageQuery,
        response: {
          200: json("A page of brains.", BrainList),
          ...problemResponses("validation", "database-unavailable"),
        },
      },
    },
    async ({ query }) => brains.list({ ...query, limit: query.limit ?? DEFAULT_PAGE_LIMIT }),
  );

  app.get(
    "/v1/brains/:brain",
    {
      schema: {
        operationId: "getBrain",
        tags: ["brains"],
        summary: "Read a brain",
        description: "What the brain is made of and where it stands.",
        params: BrainParams,
        response: { 200: json("The brain.", Brain), ...problemResponses("brain-not-found", "database-unavailable") },
      },
    },
    async (request) => brains.get(request.params.brain),
  );

  app.patch(
    "/v1/brains/:brain",
    {
      schema: {
        operationId: "updateBrain",
        tags: ["brains"],
        summary: "Rename, tag or tune a brain",
        description:
          "What is left out stays. Name and tags are notes: `seq` does not move. `config` tunes the brain, which is a change like others; it teaches nothing, so it is possible in every mode.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(PatchBrain),
        response: {
          200: json("The brain, changed.", Brain),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS),
        },
      },
    },
    async (request, reply) => brains.update(request.params.brain, request.body, termsOf(request, reply)),
  );

  app.delete(
    "/v1/brains/:brain",
    {
      schema: {
        operationId: "deleteBrain",
        tags: ["brains"],
        summary: "Delete a brain",
        description: "Deletes the brain with its history and all of its checkpoints, for good.",
        headers: MatchHeaders,
        params: BrainParams,
        response: {
          204: noContent("It is gone."),
          ...problemResponses(
            ...MATCH_PROBLEMS,
            "brain-not-found",
            "storage-full",
            "host-unavailable",
            "database-unavailable",
          ),
        },
      },
    },
    async (request, reply) => {
      await brains.remove(request.params.brain, termsOf(request, reply));
      return reply.code(204).send(null);
    },
  );
}
