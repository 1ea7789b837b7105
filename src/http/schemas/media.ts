// Bodies that are files. They are checked as the JSON body that says the same (form-body.ts), and described as what travels.

import Type, { type Static, type TSchema } from "typebox";
import { type DeepReadonly, ref } from "./ref.ts";

export const FORM = "multipart/form-data";
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp"] as const;

/** A body that is JSON, or files. */
export const jsonOrFiles = <Json extends TSchema>(json: Json) =>
  Type.Unsafe<DeepReadonly<Static<Json>>>({
    content: { "application/json": { schema: ref(json) }, ...fileContents(json) },
  });

/** @param json what such a body is checked as */
export const fileContents = <Json extends TSchema>(json: Json) => {
  const checked = { schema: ref(json) };
  return { [FORM]: checked, ...Object.fromEntries(IMAGE_TYPES.map((type) => [type, checked])) };
};

const IMAGE_BODY = {
  type: "string",
  format: "binary",
  examples: ["\u0089PNG…"],
  description:
    "One image. What else the call may say stands in the query, by the names of the JSON body: `?topK=2`, `?labels=cat`.",
};

/** A route's body as the document describes it: files as files. */
export function describedBody(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("content" in body)) return body;
  // Route schemas of several types hold a schema for each.
  const content = body.content as Record<string, unknown>;
  const described = Object.entries(content).map(([type, media]) => [
    type,
    IMAGE_TYPES.some((image) => image === type) ? { schema: IMAGE_BODY } : media,
  ]);
  return { ...body, content: Object.fromEntries(described) };
}
