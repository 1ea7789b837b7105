// A brain's past: what of it can be had back, and what happened when.

import type { Brains } from "../../brains/api.ts";
import { timeOf } from "../query-time.ts";
import { BrainParams, DEFAULT_PAGE_LIMIT } from "../schemas/common.ts";
import { EventList, EventsQuery, History } from "../schemas/history.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import type { App } from "../server.ts";

export function historyRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/history",
    {
      schema: {
        operationId: "getHistory",
        tags: ["history"],
        summary: "See what can be had back",
        description:
          "Which states of the brain can be had back, by `seq` and time, and what the server keeps for that: checkpoints, and the changes since.",
        params: BrainParams,
        response: {
          200: json("What is kept.", History),
          ...problemResponses("brain-not-found", "database-unavailable"),
        },
      },
    },
    async ({ params }) => brains.history(params.brain),
  );

  app.get(
    "/v1/brains/:brain/events",
    {
      schema: {
        operationId: "listEvents",
        tags: ["history"],
        summary: "List changes",
        description:
          "The changes of the brain that are kept, newest first, a page at a time. To undo a change and all after it, go back to the state of the `seq` before it.",
        params: BrainParams,
        querystring: EventsQuery,
        response: {
          200: json("A page of changes.", EventList),
          ...problemResponses("validation", "brain-not-found", "database-unavailable"),
        },
      },
    },
    async ({ params, query: { since, until, ...query } }) =>
      brains.events(params.brain, {
        ...query,
        limit: query.limit ?? DEFAULT_PAGE_LIMIT,
        ...(since === undefined ? {} : { since: timeOf(since, "?since") }),
        ...(until === undefined ? {} : { until: timeOf(until, "?until") }),
      }),
  );
}
