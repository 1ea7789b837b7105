// How schemas refer to each other: by `$id`, so that the OpenAPI document has named components instead of copies.

import Type, { type Static, type TSchema, type TUnsafe } from "typebox";

/** What travels is never changed in place: the service's types are readonly, and so are the schemas'. */
export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/**
 * @param schema has an `$id` and is among those that the app knows (`schemas/index.ts`)
 * @returns a `$ref` to `schema` that has its type
 */
export function ref<S extends TSchema>(schema: S): TUnsafe<DeepReadonly<Static<S>>> {
  // TypeBox keeps the options it is given on the schema object, but does not type them.
  const { $id } = schema as S & { readonly $id?: string };
  if ($id === undefined) throw new Error("a schema without $id cannot be referred to");
  return Type.Unsafe<DeepReadonly<Static<S>>>(Type.Ref($id));
}

/** A string or null, as one schema with two types: serialised without trying alternatives. */
export const nullableString = (options: object): TUnsafe<string | null> =>
  Type.Unsafe<string | null>({ type: ["string", "null"], ...options });

/** A whole number or null. */
export const nullableInteger = (options: object): TUnsafe<number | null> =>
  Type.Unsafe<number | null>({ type: ["integer", "null"], ...options });

/** A number from 0 to 1, or null where there is nothing to take a share of. */
export const nullableShare = (description: string): TUnsafe<number | null> =>
  Type.Unsafe<number | null>({ type: ["number", "null"], minimum: 0, maximum: 1, description });

/** What `schema` (see `ref`) describes, or null. */
export const nullableRef = <S extends TSchema>(schema: S, options: object): TUnsafe<DeepReadonly<Static<S>> | null> =>
  Type.Unsafe<DeepReadonly<Static<S>> | null>({ anyOf: [ref(schema), { type: "null" }], ...options });

/** One of several objects, told apart by their `kind`. Each is among the schemas that the app knows. */
export const byKind = <S extends TSchema>(
  alternatives: readonly S[],
  options: object,
): TUnsafe<DeepReadonly<Static<S>>> =>
  Type.Unsafe<DeepReadonly<Static<S>>>({
    oneOf: alternatives.map(ref),
    discriminator: { propertyName: "kind" },
    ...options,
  });

/** A JSON answer of a route. */
export const json = <S extends TSchema>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema: ref(schema) } },
});

/** An answer that is a file. */
export const bytes = <S extends TSchema>(description: string, type: string, schema: S) => ({
  description,
  content: { [type]: { schema: ref(schema) } },
});

/** Headers of answers that are files. */
export const fileHeaders = {
  "content-disposition": {
    type: "string",
    description: "What to call the file.",
    example: 'attachment; filename="pets-3.safetensors"',
  },
};

/** And of those whose bytes are always the same. */
export const stateFileHeaders = {
  ...fileHeaders,
  "content-length": { type: "integer", description: "Bytes of the whole file.", example: 7784 },
  etag: { type: "string", description: "The digest of what is in the file.", example: '"9f86d081…"' },
};

/** An answer without a body. */
export const noContent = (description: string) => ({ description, type: "null" }) as const;
