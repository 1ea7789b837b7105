// How answers are written: by functions made of their schemas (fast-json-stringify), each when the first such answer is written, and once for
// all routes that answer alike. A server knows hundreds of answers; to make all of them at its start, each with every shared schema, took seconds.

import build, { type Schema } from "fast-json-stringify";
import type { FastifyInstance } from "fastify";

type Serialize = (answer: unknown) => string;

/** Makes `app` write answers as described above. */
export function serializeOnDemand(app: FastifyInstance): void {
  const made = new Map<string, Serialize>();
  app.setSerializerCompiler<Schema>(({ schema }) => {
    let serialize: Serialize | undefined;
    return (answer: unknown): string => {
      serialize ??= madeOnce(schema);
      return serialize(answer);
    };
  });

  function madeOnce(schema: Schema): Serialize {
    const key = JSON.stringify(schema);
    const known = made.get(key);
    if (known !== undefined) return known;
    const serialize: Serialize = build(schema, { schema: referredTo(schema, app.getSchemas()) });
    made.set(key, serialize);
    return serialize;
  }
}

/** @returns those of `shared` that `schema` leads to, by their `$id` */
function referredTo(schema: unknown, shared: Readonly<Record<string, unknown>>): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [keyword, inner] of Object.entries(value)) {
      if (keyword !== "$ref" || typeof inner !== "string") visit(inner);
      else if (!(inner in found) && inner in shared) {
        // Fastify types shared schemas as unknown; `addSchema` took them as objects.
        found[inner] = shared[inner] as Schema;
        visit(found[inner]);
      }
    }
  };
  visit(schema);
  return found;
}
