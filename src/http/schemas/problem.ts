// Problem documents and their documentation, and the helper by which a route says which problems it may answer with.

import Type from "typebox";
import { EngramError, ERROR_CODES, type ErrorCode, invalid } from "../../errors.ts";
import { malformedHeader } from "../malformed-header.ts";
import { problemUri, toProblem } from "../problem.ts";
import { PROBLEMS, problemType } from "../problems/by-code.ts";
import { Checks } from "./health.ts";
import { ref } from "./ref.ts";

const FieldErrorSchema = Type.Object(
  {
    pointer: Type.String({
      description:
        "JSON pointer into the body, in URI fragment form; `?name` for a query parameter, its name for a header.",
    }),
    detail: Type.String({ description: "What is wrong there." }),
  },
  {
    $id: "FieldError",
    additionalProperties: false,
    description: "A place in the request, and what is wrong there.",
    examples: [{ pointer: "#/inputs/3", detail: "has 5 numbers, the brain takes 4" }],
  },
);

const EXAMPLE_INSTANCE = "/v1/brains/pets/learn";

export const ProblemSchema = Type.Object(
  {
    type: Type.String({
      format: "uri-reference",
      description: "Identifies the problem, and leads to its description.",
    }),
    title: Type.String({ description: "The problem in a few words; the same for every occurrence." }),
    status: Type.Integer({ minimum: 400, maximum: 599, description: "The HTTP status." }),
    detail: Type.String({ description: "What is wrong this time." }),
    instance: Type.Optional(
      Type.String({ description: "The path that was asked for; absent where the request could not be read that far." }),
    ),
    errors: Type.Optional(Type.Array(ref(FieldErrorSchema), { description: "The fields that are wrong." })),
    checks: Type.Optional(ref(Checks)),
  },
  {
    $id: "Problem",
    additionalProperties: false,
    description: "An error (RFC 9457). Nothing has changed when it arrives.",
    examples: [toProblem(invalid("#/inputs/3", "has 5 numbers, the brain takes 4"), EXAMPLE_INSTANCE)],
  },
);

const TYPE_EXAMPLE = { type: problemUri("brain-frozen"), code: "brain-frozen", ...PROBLEMS["brain-frozen"] };

export const ProblemTypeSchema = Type.Object(
  {
    type: Type.String({ description: "The `type` of such a problem." }),
    code: Type.Enum(ERROR_CODES, { type: "string", description: "Its last part." }),
    title: Type.String({ description: "The problem in a few words." }),
    status: Type.Integer({ description: "The HTTP status." }),
    description: Type.String({ description: "What it means and what to do about it." }),
  },
  { $id: "ProblemType", description: "A sort of error.", examples: [TYPE_EXAMPLE] },
);

export const ProblemTypeList = Type.Object(
  { problems: Type.Array(ref(ProblemTypeSchema), { description: "Every sort of error." }) },
  { $id: "ProblemTypeList", description: "Every sort of error.", examples: [{ problems: [TYPE_EXAMPLE] }] },
);

export const problemSchemas = [FieldErrorSchema, ProblemSchema, ProblemTypeSchema, ProblemTypeList];

/** What any request may meet before it reaches a route. */
const EVERYWHERE: readonly ErrorCode[] = ["bad-request", "cross-site", "internal", "shutting-down"];

/** @returns the problem answers of a call, by status: `codes` and what any call may meet */
export const problemResponses = (...codes: readonly ErrorCode[]) => documentProblemResponses(...codes, "overloaded");

/** @returns the problem answers of a route that is no call: it is never too much */
export function documentProblemResponses(...codes: readonly ErrorCode[]) {
  const all = [...new Set([...codes, "unauthorized" as const, ...EVERYWHERE])];
  const statuses = [...new Set(all.map((code) => problemType(code).status))];
  return Object.fromEntries(
    statuses.map((status) => [status, problemResponse(all.filter((code) => problemType(code).status === status))]),
  );
}

/** @returns the problem answers of a route that wants no API key */
export function publicProblemResponses(...codes: readonly ErrorCode[]) {
  const { 401: _, ...responses } = documentProblemResponses(...codes);
  return responses;
}

const problemResponse = (codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${problemType(code).description}`).join("\n\n"),
  content: {
    "application/problem+json": {
      schema: ref(ProblemSchema),
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
    },
  },
});

const EXAMPLES: { readonly [code in ErrorCode]?: EngramError } = {
  validation: invalid("#/inputs/3", "has 5 numbers, the brain takes 4"),
  "header-malformed": malformedHeader("If-Match", 'must be a seq in quotes ("17"), several with commas between, or *'),
  "seq-mismatch": new EngramError("seq-mismatch", 'Brain "pets" is at seq 18; If-Match wants "17".'),
};

function exampleOf(code: ErrorCode) {
  const { description } = problemType(code);
  const error = EXAMPLES[code] ?? new EngramError(code, description);
  return toProblem(error, EXAMPLE_INSTANCE);
}
