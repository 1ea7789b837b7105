// The history of a brain's numbers, as JSON that charts take as it is, or as a table.

import type { Brains, MetricsAnswer } from "../../brains/api.ts";
import { acceptedType } from "../answer-type.ts";
import { JSON_TYPE } from "../body-types.ts";
import { CSV_TYPE, csvOf } from "../csv.ts";
import { timeOf } from "../query-time.ts";
import { BrainParams } from "../schemas/common.ts";
import { MetricCsv, MetricHistory, MetricsQuery } from "../schemas/metric-history.ts";
import { problemResponses } from "../schemas/problem.ts";
import { ref } from "../schemas/ref.ts";
import type { App } from "../server.ts";

const DESCRIPTION = `The numbers of the brain over time: for each point the least, the greatest, the last and the mean of what was measured in it.
Steps are put together on the server, and no spike is lost at any of them. Nothing is made up: where nothing was measured, there is null.
Older times are kept at coarser resolutions (\`resolutionSeconds\`). Beside them \`markers\` tell what happened: modes, tasks, drift, restores, checkpoints.
As \`text/csv\` there is a line for each point, and no markers.`;

export function metricHistoryRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/metrics",
    {
      schema: {
        operationId: "getMetricHistory",
        tags: ["history"],
        summary: "See a brain's numbers over time",
        description: DESCRIPTION,
        params: BrainParams,
        querystring: MetricsQuery,
        response: {
          200: {
            description: "The numbers, by name.",
            content: {
              [JSON_TYPE]: { schema: ref(MetricHistory) },
              [CSV_TYPE]: { schema: ref(MetricCsv) },
            },
          },
          ...problemResponses("validation", "brain-not-found", "not-acceptable", "database-unavailable"),
        },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const isCsv = (query.format ?? acceptedType(request, [JSON_TYPE, CSV_TYPE]).slice(-3)) === "csv";
      const answer = await brains.metrics(params.brain, {
        ...(query.from === undefined ? {} : { from: timeOf(query.from, "?from") }),
        ...(query.to === undefined ? {} : { to: timeOf(query.to, "?to") }),
        ...(query.step === undefined ? {} : { stepS: query.step }),
        ...(query.names === undefined ? {} : { names: query.names.split(",") }),
      });
      if (!isCsv) return answer;
      return reply.type(`${CSV_TYPE}; charset=utf-8; header=present`).send(tableOf(answer));
    },
  );
}

const FIELDS = ["min", "max", "last", "mean"] as const;

function tableOf({ times, seqs, names, series }: MetricsAnswer): string {
  const head = ["time", "first_seq", "last_seq", ...names.flatMap((name) => FIELDS.map((field) => `${name}_${field}`))];
  const columns = names.flatMap((name) => FIELDS.map((field) => series[name]?.[field] ?? []));
  const rows = times.map((time, place) => {
    const [first = null, last = null] = [seqs.first[place], seqs.last[place]];
    return [time, first, last, ...columns.map((column) => column[place] ?? null)];
  });
  return csvOf([head, ...rows]);
}
