// Where in a form the errors of a problem belong.

import type { Problem } from "./types.ts";

export type FieldErrors = {
  /** By pointer, e.g. `#/config/inputDim`; several of one field as one text. */
  readonly fields: ReadonlyMap<string, string>;
  /** What belongs to no field of the form; null where all found a place. */
  readonly rest: string | null;
};

export const NO_ERRORS: FieldErrors = { fields: new Map(), rest: null };

/**
 * @param pointers those of the form's fields: an error lands at the field that its pointer names, or that it lies in
 * @param byType fields that problems without pointers are about, e.g. `brain-exists` about the id
 */
export function fieldErrorsOf(
  problem: Problem,
  pointers: readonly string[],
  byType: { readonly [code: string]: string } = {},
): FieldErrors {
  const fields = new Map<string, string>();
  const rest: string[] = [];
  const about = byType[problem.type.split("/").at(-1) ?? ""];
  if (about !== undefined) return { fields: new Map([[about, problem.detail]]), rest: null };
  if (problem.errors === undefined || problem.errors.length === 0) return { fields, rest: problem.detail };
  for (const { pointer, detail } of problem.errors) {
    const field = pointers.find((each) => pointer === each || pointer.startsWith(`${each}/`));
    if (field === undefined) rest.push(`${pointer} ${detail}`);
    else fields.set(field, [fields.get(field), detail].filter((text) => text !== undefined).join("; "));
  }
  return { fields, rest: rest.length === 0 ? null : rest.join("; ") };
}
