// What a curriculum measured: its steps and the summary of its phases, as JSON or as tables.

import type { Curricula, CurriculumHistory, CurriculumInfo } from "../../curricula/api.ts";
import { acceptedType } from "../answer-type.ts";
import { JSON_TYPE } from "../body-types.ts";
import { CSV_TYPE, csvOf } from "../csv.ts";
import {
  CurriculumCsv,
  CurriculumHistorySchema,
  CurriculumParams,
  CurriculumSummary,
  HistoryQuery,
  SummaryCsv,
} from "../schemas/curriculum.ts";
import { problemResponses } from "../schemas/problem.ts";
import { ref } from "../schemas/ref.ts";
import type { App } from "../server.ts";

const CSV_ANSWER = `${CSV_TYPE}; charset=utf-8; header=present`;

const HISTORY = `One line per step: \`accuracy\` (share of its samples that the brain knew before it learned them), \`reward\`, \`recycled\`, \`stored\` (samples in
the memory), and more of the brain's numbers, and \`evaluation.NAME\` and \`calibration.NAME\` on the step after which it was measured. A page at a time with \`from\` and \`limit\`,
or all of it thinned with \`points\`. The last half second may be missing. As \`text/csv\` there is a line for each step.`;

export function curriculumHistoryRoutes(app: App, curricula: Curricula): void {
  app.get(
    "/v1/brains/:brain/curricula/:curriculum/history",
    {
      schema: {
        operationId: "getCurriculumHistory",
        tags: ["curricula"],
        summary: "See a curriculum's steps",
        description: HISTORY,
        params: CurriculumParams,
        querystring: HistoryQuery,
        response: {
          200: {
            description: "What the steps measured.",
            content: {
              [JSON_TYPE]: { schema: ref(CurriculumHistorySchema) },
              [CSV_TYPE]: { schema: ref(CurriculumCsv) },
            },
          },
          ...problemResponses(
            "validation",
            "brain-not-found",
            "curriculum-not-found",
            "not-acceptable",
            "database-unavailable",
          ),
        },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const type = acceptedType(request, [JSON_TYPE, CSV_TYPE]);
      const history = await curricula.history(params.brain, params.curriculum, query);
      return type === CSV_TYPE ? reply.type(CSV_ANSWER).send(tableOfSteps(history)) : history;
    },
  );

  app.get(
    "/v1/brains/:brain/curricula/:curriculum/summary",
    {
      schema: {
        operationId: "getCurriculumSummary",
        tags: ["curricula"],
        summary: "See what a curriculum came to",
        description:
          "Of each number in each phase the first and the last value, their difference, and the mean. As `text/csv` there is a line for each phase and number.",
        params: CurriculumParams,
        response: {
          200: {
            description: "How each phase went.",
            content: {
              [JSON_TYPE]: { schema: ref(CurriculumSummary) },
              [CSV_TYPE]: { schema: ref(SummaryCsv) },
            },
          },
          ...problemResponses("brain-not-found", "curriculum-not-found", "not-acceptable", "database-unavailable"),
        },
      },
    },
    async (request, reply) => {
      const { params } = request;
      const type = acceptedType(request, [JSON_TYPE, CSV_TYPE]);
      const { id, brain, phases } = await curricula.get(params.brain, params.curriculum);
      if (type === CSV_TYPE) return reply.type(CSV_ANSWER).send(tableOfPhases(phases));
      return { curriculum: id, brain, phases };
    },
  );
}

function tableOfSteps({ phases, numbers, ...columns }: CurriculumHistory): string {
  const { index, phase, epoch, step, seq, time } = columns;
  const names = Object.keys(numbers);
  const head = ["index", "phase", "phaseName", "epoch", "step", "seq", "time", ...names];
  const at = <T>(column: readonly T[], line: number): T | null => column[line] ?? null;
  const lines = index.map((number, line) => [
    ...[number, at(phase, line), phases[phase[line] ?? 0]?.name ?? null, at(epoch, line), at(step, line)],
    ...[at(seq, line), at(time, line), ...names.map((name) => at(numbers[name] ?? [], line))],
  ]);
  return csvOf([head, ...lines]);
}

function tableOfPhases(phases: CurriculumInfo["phases"]): string {
  const head = ["phase", "phaseName", "state", "number", "initial", "final", "mean", "improvement"];
  const lines = phases.flatMap(({ name, state, summary }, phase) =>
    Object.entries(summary).map(([number, { initial, final, mean, improvement }]) => [
      ...[phase, name, state, number],
      ...[initial, final, mean, improvement],
    ]),
  );
  return csvOf([head, ...lines]);
}
