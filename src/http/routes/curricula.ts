// Curricula: begin one, see how far it is, end it, go on with it, forget it.

import type { Curricula } from "../../curricula/api.ts";
import { optionalBody } from "../optional-body.ts";
import { BrainParams, DEFAULT_PAGE_LIMIT, Nothing } from "../schemas/common.ts";
import { CurriculaQuery, Curriculum, CurriculumList, CurriculumParams } from "../schemas/curriculum.ts";
import { CurriculumRequest, planOf } from "../schemas/curriculum-plan.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, noContent, ref } from "../schemas/ref.ts";
import { KeyHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, KEY_PROBLEMS } from "./problem-sets.ts";

const BEGIN = `Has the brain taught, and judged, phase by phase. It runs beside everything else, and is not lost when the server ends: it goes on where
it was, and nothing is learned twice. Curricula of one brain run one after the other; the answer comes at once.`;

/** What a call about one curriculum may meet. */
const ONE = ["brain-not-found", "curriculum-not-found", "database-unavailable"] as const;

export function curriculumRoutes(app: App, curricula: Curricula): void {
  app.post(
    "/v1/brains/:brain/curricula",
    {
      schema: {
        operationId: "startCurriculum",
        tags: ["curricula"],
        summary: "Begin a curriculum",
        description: BEGIN,
        headers: KeyHeaders,
        params: BrainParams,
        body: ref(CurriculumRequest),
        response: {
          202: json("The curriculum, queued.", Curriculum),
          ...problemResponses(...BODY_PROBLEMS, ...KEY_PROBLEMS, "brain-not-found", "database-unavailable"),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const info = await curricula.start(params.brain, planOf(body), termsOf(request, reply));
      return reply.code(202).header("location", `/v1/brains/${params.brain}/curricula/${info.id}`).send(info);
    },
  );

  app.get(
    "/v1/brains/:brain/curricula",
    {
      schema: {
        operationId: "listBrainCurricula",
        tags: ["curricula"],
        summary: "List a brain's curricula",
        description: "The brain's curricula, newest first, a page at a time; those in one state with `state`.",
        params: BrainParams,
        querystring: CurriculaQuery,
        response: {
          200: json("A page of curricula.", CurriculumList),
          ...problemResponses("validation", "brain-not-found", "database-unavailable"),
        },
      },
    },
    async ({ params, query }) => curricula.list(params.brain, { ...query, limit: query.limit ?? DEFAULT_PAGE_LIMIT }),
  );

  app.get(
    "/v1/curricula",
    {
      schema: {
        operationId: "listCurricula",
        tags: ["curricula"],
        summary: "List curricula of all brains",
        description: "All curricula, newest first, a page at a time; those in one state with `state`.",
        querystring: CurriculaQuery,
        response: {
          200: json("A page of curricula.", CurriculumList),
          ...problemResponses("validation", "database-unavailable"),
        },
      },
    },
    async ({ query }) => curricula.list(null, { ...query, limit: query.limit ?? DEFAULT_PAGE_LIMIT }),
  );

  app.get(
    "/v1/brains/:brain/curricula/:curriculum",
    {
      schema: {
        operationId: "getCurriculum",
        tags: ["curricula"],
        summary: "Read a curriculum",
        description: "How far it is, and what its phases have measured.",
        params: CurriculumParams,
        response: { 200: json("The curriculum.", Curriculum), ...problemResponses(...ONE) },
      },
    },
    async ({ params }) => curricula.get(params.brain, params.curriculum),
  );

  app.post(
    "/v1/brains/:brain/curricula/:curriculum/cancel",
    {
      ...optionalBody,
      schema: {
        operationId: "cancelCurriculum",
        tags: ["curricula"],
        summary: "End a curriculum",
        description:
          "Ends it at the next step, which is waited for some seconds; what was learned stays learned. One that has ended stays as it is, so that the call may be sent again.",
        params: CurriculumParams,
        body: ref(Nothing),
        response: {
          200: json("The curriculum as it is now: `running` where its step takes longer.", Curriculum),
          ...problemResponses(...BODY_PROBLEMS, ...ONE, "storage-full"),
        },
      },
    },
    async ({ params }) => curricula.cancel(params.brain, params.curriculum),
  );

  app.post(
    "/v1/brains/:brain/curricula/:curriculum/resume",
    {
      ...optionalBody,
      schema: {
        operationId: "resumeCurriculum",
        tags: ["curricula"],
        summary: "Go on with a curriculum",
        description:
          "Queues one again that was cancelled or has failed; it goes on at the step where it ended. One that is queued or running stays as it is, so that the call may be sent again.",
        params: CurriculumParams,
        body: ref(Nothing),
        response: {
          202: json("The curriculum, queued.", Curriculum),
          ...problemResponses(...BODY_PROBLEMS, ...ONE, "curriculum-not-resumable", "storage-full"),
        },
      },
    },
    async ({ params }, reply) => reply.code(202).send(await curricula.resume(params.brain, params.curriculum)),
  );

  app.delete(
    "/v1/brains/:brain/curricula/:curriculum",
    {
      schema: {
        operationId: "deleteCurriculum",
        tags: ["curricula"],
        summary: "Forget a curriculum",
        description: "Removes what is kept of a curriculum that has ended. What the brain learned stays learned.",
        params: CurriculumParams,
        response: {
          204: noContent("It is gone."),
          ...problemResponses(...ONE, "curriculum-running", "storage-full"),
        },
      },
    },
    async ({ params }, reply) => {
      await curricula.remove(params.brain, params.curriculum);
      return reply.code(204).send(null);
    },
  );
}
