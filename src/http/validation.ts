// How requests are checked: bodies strictly (a string is no number, an unknown property is an error), query strings with coercion (they
// are text by nature). The first violation ends the check, so that a hostile body cannot make a million of them.
// A schema is compiled when the first request comes that it checks: to compile all at a server's start took a second.

import { Ajv, type AnySchema, type Options, type ValidateFunction } from "ajv";
import type { FastifyInstance } from "fastify";
import type { Violation } from "./violations.ts";

const COMMON: Options = {
  allErrors: false,
  removeAdditional: false,
  // Defaults in a schema are documentation; the code that uses a value knows what its absence means.
  useDefaults: false,
  // `verbose` puts the refused value into the error, so that the answer can name it.
  verbose: true,
  strict: true,
  // Of alternatives, the one that the value names is checked: its mistakes are told, not that no alternative fits.
  discriminator: true,
  // Answers say these of their fields; no request has any.
  formats: { "date-time": true, "uri-reference": true },
  strictTypes: false,
  strictTuples: false,
};

/** Keywords that document a schema and check nothing. */
const ANNOTATIONS = ["example", "x-expects", "x-refused"];

/** Makes `app` check requests as described above. Schemas must be added to `app` before its first request. */
export function useStrictValidation(app: FastifyInstance): void {
  const shared = (): Readonly<Record<string, unknown>> => app.getSchemas();
  const strict = compiler({ ...COMMON, coerceTypes: false }, shared);
  const coercing = compiler({ ...COMMON, coerceTypes: true }, shared);
  app.setValidatorCompiler<AnySchema>(({ schema, httpPart }) => {
    const compile = httpPart === "body" ? strict : coercing;
    let validate: ValidateFunction | undefined;
    return (value: unknown) => {
      validate ??= compile(schema);
      return validate(value) || { error: validate.errors ?? [] };
    };
  });
}

/**
 * @param shared the schemas that `schema` refers to, by name
 * @returns a function that checks a value that no route takes as strictly as a body, and gives the first violation
 */
export function strictCheck(
  schema: AnySchema,
  shared: Readonly<Record<string, unknown>>,
): (value: unknown) => Violation | undefined {
  const compile = compiler({ ...COMMON, coerceTypes: false }, () => shared);
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= compile(schema);
    return validate(value) ? undefined : validate.errors?.[0];
  };
}

/** Text that holds JSON (`contentSchema`) is checked as what it holds: whoever reads such a body has parsed it by then. */
function asRead(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asRead);
  if (typeof schema !== "object" || schema === null) return schema;
  if ("contentSchema" in schema) return asRead(schema.contentSchema);
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, asRead(value)]));
}

/** @param shared the schemas that others refer to; asked for once, when the first is compiled */
function compiler(
  options: Options,
  shared: () => Readonly<Record<string, unknown>>,
): (schema: AnySchema) => ValidateFunction {
  let ajv: Ajv | undefined;
  return (schema) => {
    if (ajv === undefined) {
      ajv = new Ajv(options);
      for (const keyword of ANNOTATIONS) ajv.addKeyword(keyword);
      // Fastify types shared schemas as unknown; `addSchema` took them as objects.
      for (const [id, one] of Object.entries(shared())) ajv.addSchema(asRead(one) as object, id);
    }
    return ajv.compile(schema);
  };
}
