// Safetensors bodies as their JSON header says them: what a call takes and gives as tensors, and what in `__metadata__`, where each value is
// JSON as text. The header is what is checked and described; of the numbers behind it no schema can speak.

import Type, { type Static, type TOptional, type TProperties, type TSchema, type TUnsafe } from "typebox";
import type { TensorFile } from "../tensor-body.ts";
import { SAFETENSORS } from "./files.ts";
import { fileContents } from "./media.ts";
import { type DeepReadonly, ref } from "./ref.ts";

/** Text that holds JSON of this schema; it is typed and checked as what it holds, which is how `tensor-body.ts` reads it. */
export const jsonText = <S extends TSchema>(schema: S): TUnsafe<Static<S>> =>
  Type.Unsafe<Static<S>>({ type: "string", contentMediaType: "application/json", contentSchema: schema });

/** @returns the schemas of a JSON object's fields as those of metadata */
export function jsonTexts<P extends TProperties>(fields: P): { [Name in keyof P]: TUnsafe<Static<P[Name]>> } {
  const texts = Object.entries(fields).map(([name, schema]) => [name, jsonText(schema)]);
  // The same names, each with the type that it had.
  return Object.fromEntries(texts);
}

/** As `jsonTexts`, of metadata that may lack each of them, or be missing. */
export function optionalTexts<P extends TProperties>(
  fields: P,
): TOptional<TUnsafe<{ [Name in keyof P]?: Static<P[Name]> }>> {
  const texts = Object.entries(fields).map(([name, schema]) => [name, Type.Optional(jsonText(schema))]);
  return Type.Optional(Type.Unsafe(Type.Object(Object.fromEntries(texts), { additionalProperties: false })));
}

const sizes = (count: number) => Type.Array(Type.Integer({ minimum: 0 }), { minItems: count, maxItems: count });

/**
 * A tensor's entry in the header.
 * @param dims what its sizes are, e.g. `["n", "inputDim"]`
 */
export const tensor = (dtype: "F32" | "I32" | "U32", dims: readonly string[], description: string) =>
  Type.Object(
    { dtype: Type.Enum([dtype], { type: "string" }), shape: sizes(dims.length), data_offsets: sizes(2) },
    { additionalProperties: false, description: `${dtype} [${dims.join(", ")}]: ${description}` },
  );

/** What the examples below are: a header, without the bytes around it. */
export const HEADER_NOTE =
  "This is the file's JSON header; before it stands its length (uint64), behind it the tensors' bytes, all little-endian. In `__metadata__` each value is JSON as text.";

/** A body in any of these types; a safetensors file arrives as its header, with the bytes on it. */
export const jsonOrTensors = <Json extends TSchema, Header extends TSchema>(json: Json, header: Header) =>
  Type.Unsafe<DeepReadonly<Static<Json>> | TensorFile<DeepReadonly<Static<Header>>>>({
    content: {
      "application/json": { schema: ref(json) },
      [SAFETENSORS]: { schema: ref(header) },
      ...fileContents(json),
    },
  });

/** An answer in either type. */
export const jsonOrTensorsAnswer = <Json extends TSchema, Header extends TSchema>(
  description: string,
  json: Json,
  header: Header,
) => ({
  description,
  content: { "application/json": { schema: ref(json) }, [SAFETENSORS]: { schema: ref(header) } },
});
