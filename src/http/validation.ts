// How requests are checked: bodies strictly (a string is no number, an unknown property is an error), query strings with coercion (they
// are text by nature). The first violation ends the check, so that a hostile body cannot make a million of them.

import { Ajv, type Options } from "ajv";
import type { FastifyInstance } from "fastify";

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

/** Makes `app` check requests as described above. Schemas must be added to `app` before its routes. */
export function useStrictValidation(app: FastifyInstance): void {
  const strict = compiler({ ...COMMON, coerceTypes: false });
  const coercing = compiler({ ...COMMON, coerceTypes: true });
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const ajv = httpPart === "body" ? strict : coercing;
    for (const [id, shared] of Object.entries(app.getSchemas())) {
      // Fastify types shared schemas as unknown; `addSchema` took them as objects.
      if (ajv.getSchema(id) === undefined) ajv.addSchema(asRead(shared) as object, id);
    }
    return ajv.compile(schema);
  });
}

/** Text that holds JSON (`contentSchema`) is checked as what it holds: whoever reads such a body has parsed it by then. */
function asRead(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asRead);
  if (typeof schema !== "object" || schema === null) return schema;
  if ("contentSchema" in schema) return asRead(schema.contentSchema);
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, asRead(value)]));
}

function compiler(options: Options): Ajv {
  const ajv = new Ajv(options);
  for (const keyword of ANNOTATIONS) ajv.addKeyword(keyword);
  return ajv;
}
