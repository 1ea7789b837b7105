// What a brain remembers: look, and forget on purpose.

import type { Brains } from "../../brains/api.ts";
import { BrainParams, DEFAULT_PAGE_LIMIT } from "../schemas/common.ts";
import {
  ForgetAnswer,
  ForgetQuery,
  Memory,
  MemoryEntriesQuery,
  MemoryEntryAnswer,
  MemoryEntryList,
  MemoryEntryParams,
} from "../schemas/memory.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BRAIN_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

const ENTRY = "/v1/brains/:brain/memory/entries/:entry";

export function memoryRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/memory",
    {
      schema: {
        operationId: "getMemory",
        tags: ["memory"],
        summary: "Look into the memory",
        description: "How full the episodic memory is, and what it holds of each class that the brain was told of.",
        params: BrainParams,
        response: { 200: json("What is remembered.", Memory), ...problemResponses(...BRAIN_PROBLEMS, "no-memory") },
      },
    },
    async ({ params }) => brains.memory(params.brain),
  );

  app.get(
    "/v1/brains/:brain/memory/entries",
    {
      schema: {
        operationId: "listMemoryEntries",
        tags: ["memory"],
        summary: "List remembered samples",
        description:
          "Remembered samples, newest first, a page at a time. With `include=keys` a page holds about a million numbers at most, so it may be shorter than `limit`.",
        params: BrainParams,
        querystring: MemoryEntriesQuery,
        response: {
          200: json("A page of samples.", MemoryEntryList),
          ...problemResponses("validation", ...BRAIN_PROBLEMS, "label-not-found", "no-memory"),
        },
      },
    },
    async ({ params, query }) => {
      const { limit = DEFAULT_PAGE_LIMIT, include, ...rest } = query;
      return brains.memoryEntries(params.brain, { ...rest, limit, withKeys: include === "keys" });
    },
  );

  app.get(
    ENTRY,
    {
      schema: {
        operationId: "getMemoryEntry",
        tags: ["memory"],
        summary: "Look at one remembered sample",
        description: "One sample with its key, such as a neighbour that an explanation names. A sample never changes.",
        params: MemoryEntryParams,
        response: {
          200: json("The sample.", MemoryEntryAnswer),
          ...problemResponses(...BRAIN_PROBLEMS, "memory-entry-not-found", "no-memory"),
        },
      },
    },
    async ({ params }) => brains.memoryEntry(params.brain, params.entry),
  );

  app.delete(
    "/v1/brains/:brain/memory",
    {
      schema: {
        operationId: "forget",
        tags: ["memory"],
        summary: "Forget a class, or everything",
        description:
          "Takes the samples of the class `label` out of the memory, or all of them. The synapses stay as they are, and so does the list of labels: a class without samples is not predicted until it is taught again.",
        headers: ChangeHeaders,
        params: BrainParams,
        querystring: ForgetQuery,
        response: {
          200: json("How many were forgotten.", ForgetAnswer),
          ...problemResponses("validation", ...CHANGE_PROBLEMS, "label-not-found", "no-memory", "brain-frozen"),
        },
      },
    },
    async (request, reply) => brains.forget(request.params.brain, request.query.label, termsOf(request, reply)),
  );

  app.delete(
    ENTRY,
    {
      schema: {
        operationId: "forgetEntry",
        tags: ["memory"],
        summary: "Forget one sample",
        description:
          "Takes one sample out of the memory. Should it make room for another at the same moment, `forgotten` is 0.",
        headers: ChangeHeaders,
        params: MemoryEntryParams,
        response: {
          200: json("Whether it was forgotten.", ForgetAnswer),
          ...problemResponses(...CHANGE_PROBLEMS, "memory-entry-not-found", "no-memory", "brain-frozen"),
        },
      },
    },
    async (request, reply) => brains.forgetEntry(request.params.brain, request.params.entry, termsOf(request, reply)),
  );
}
