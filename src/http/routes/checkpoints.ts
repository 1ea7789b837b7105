// Checkpoints of a brain: make, find, delete, go back to.

import type { Brains } from "../../brains/api.ts";
import { optionalBody } from "../optional-body.ts";
import {
  Checkpoint,
  CheckpointList,
  CheckpointsQuery,
  CreateCheckpoint,
  RestoreAnswer,
} from "../schemas/checkpoint.ts";
import { BrainParams, CheckpointParams, DEFAULT_PAGE_LIMIT, Nothing } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, noContent, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, KEY_PROBLEMS, MATCH_PROBLEMS } from "./problem-sets.ts";

export function checkpointRoutes(app: App, brains: Brains): void {
  app.post(
    "/v1/brains/:brain/checkpoints",
    {
      ...optionalBody,
      schema: {
        operationId: "createCheckpoint",
        tags: ["checkpoints"],
        summary: "Make a checkpoint",
        description: "Keeps the brain's whole state as it is now, until the checkpoint is deleted.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(CreateCheckpoint),
        response: {
          201: json("The checkpoint.", Checkpoint),
          ...problemResponses(...BODY_PROBLEMS, ...BRAIN_PROBLEMS, ...MATCH_PROBLEMS, ...KEY_PROBLEMS),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const checkpoint = await brains.createCheckpoint(params.brain, body.name ?? null, termsOf(request, reply));
      const location = `/v1/brains/${params.brain}/checkpoints/${checkpoint.id}`;
      return reply.code(201).header("location", location).send(checkpoint);
    },
  );

  app.get(
    "/v1/brains/:brain/checkpoints",
    {
      schema: {
        operationId: "listCheckpoints",
        tags: ["checkpoints"],
        summary: "List checkpoints",
        description: "The brain's checkpoints, newest first, a page at a time; of one kind with `reason`.",
        params: BrainParams,
        querystring: CheckpointsQuery,
        response: {
          200: json("A page of checkpoints.", CheckpointList),
          ...problemResponses("validation", "brain-not-found", "database-unavailable"),
        },
      },
    },
    async ({ params, query }) =>
      brains.listCheckpoints(params.brain, { ...query, limit: query.limit ?? DEFAULT_PAGE_LIMIT }),
  );

  app.get(
    "/v1/brains/:brain/checkpoints/:checkpoint",
    {
      schema: {
        operationId: "getCheckpoint",
        tags: ["checkpoints"],
        summary: "Read a checkpoint",
        description: "Which state the checkpoint keeps, and its digest.",
        params: CheckpointParams,
        response: {
          200: json("The checkpoint.", Checkpoint),
          ...problemResponses("brain-not-found", "checkpoint-not-found", "database-unavailable"),
        },
      },
    },
    async ({ params }) => brains.getCheckpoint(params.brain, params.checkpoint),
  );

  app.delete(
    "/v1/brains/:brain/checkpoints/:checkpoint",
    {
      schema: {
        operationId: "deleteCheckpoint",
        tags: ["checkpoints"],
        summary: "Delete a checkpoint",
        description:
          "Deletes the checkpoint. One that the brain could not be recovered without, or that the kept changes begin with, stays.",
        params: CheckpointParams,
        response: {
          204: noContent("It is gone."),
          ...problemResponses(
            "brain-not-found",
            "checkpoint-not-found",
            "checkpoint-in-use",
            "storage-full",
            "database-unavailable",
          ),
        },
      },
    },
    async ({ params }, reply) => {
      await brains.deleteCheckpoint(params.brain, params.checkpoint);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/v1/brains/:brain/checkpoints/:checkpoint/restore",
    {
      ...optionalBody,
      schema: {
        operationId: "restoreCheckpoint",
        tags: ["checkpoints"],
        summary: "Go back to a checkpoint",
        description:
          "Puts the brain into the kept state. `seq` goes on: restoring is a change, and can be undone by another restore.",
        headers: ChangeHeaders,
        params: CheckpointParams,
        body: ref(Nothing),
        response: {
          200: json("The brain's state now.", RestoreAnswer),
          ...problemResponses(
            ...BODY_PROBLEMS,
            ...BRAIN_PROBLEMS,
            ...MATCH_PROBLEMS,
            ...KEY_PROBLEMS,
            "checkpoint-not-found",
            "checkpoint-damaged",
          ),
        },
      },
    },
    async (request, reply) => brains.restore(request.params.brain, request.params.checkpoint, termsOf(request, reply)),
  );
}
