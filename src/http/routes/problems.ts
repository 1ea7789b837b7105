// What each problem type means: the pages that `type` of a problem document leads to.

import Type from "typebox";
import { EngramError, ERROR_CODES, type ErrorCode } from "../../errors.ts";
import { isErrorCode, problemUri } from "../problem.ts";
import { problemType } from "../problems/by-code.ts";
import { ProblemTypeList, ProblemTypeSchema, publicProblemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import type { App } from "../server.ts";

const pageOf = (code: ErrorCode) => {
  const { title, status, description } = problemType(code);
  return { type: problemUri(code), code, title, status, description };
};

export function problemRoutes(app: App): void {
  app.get(
    "/problems",
    {
      config: { isPublic: true },
      schema: {
        operationId: "listProblemTypes",
        tags: ["server"],
        summary: "List the sorts of error",
        description: "Every sort of error that this server answers with.",
        security: [],
        response: { 200: json("All of them.", ProblemTypeList), ...publicProblemResponses() },
      },
    },
    async () => ({ problems: ERROR_CODES.map(pageOf) }),
  );

  app.get(
    "/problems/:code",
    {
      config: { isPublic: true },
      schema: {
        operationId: "getProblemType",
        tags: ["server"],
        summary: "What a sort of error means",
        description: "The page that the `type` of a problem document leads to.",
        params: Type.Object({ code: Type.String({ description: "The problem's code.", examples: ["brain-frozen"] }) }),
        security: [],
        response: { 200: json("What it means.", ProblemTypeSchema), ...publicProblemResponses("not-found") },
      },
    },
    async ({ params }) => {
      if (!isErrorCode(params.code)) throw new EngramError("not-found", "There is no such problem; see /problems.");
      return pageOf(params.code);
    },
  );
}
