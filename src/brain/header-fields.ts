// Reads the fields of a state's header, whatever its kind. Invariant: a value that passes is of the type that it is returned as.

/** A state contradicts itself or is not one; the message says where. */
export class StateError extends Error {}

export function labelsOf(value: unknown): readonly string[] {
  const labels = listOf(value, "labels").map((label) => {
    if (typeof label !== "string") throw new StateError("labels are not all text");
    return label;
  });
  if (new Set(labels).size !== labels.length) throw new StateError("labels has one label twice");
  return labels;
}

export function wordsOf(value: unknown): readonly number[] {
  const words = listOf(value, "random").map((word) => whole(word, "random", 0, UINT32_MAX));
  // The generator never leaves the state of all zeros.
  if (words.length !== 4 || words.every((word) => word === 0))
    throw new StateError("random is not 4 words, one above 0");
  return words;
}

export const UINT32_MAX = 2 ** 32 - 1;
export const INT32_MAX = 2 ** 31 - 1;

export type Fields = { readonly [key: string]: unknown };

export function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new StateError(`${where} is no object`);
  return Object.fromEntries(Object.entries(value));
}

export function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new StateError(`${where} is not a list`);
  return value;
}

export function oneOf<T>(value: unknown, where: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new StateError(`${where} is not one of ${choices.join(", ")}`);
  return choice;
}

export function number(value: unknown, where: string): number {
  if (typeof value !== "number") throw new StateError(`${where} is not a number`);
  return value;
}

export function whole(value: unknown, where: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new StateError(`${where} is not a whole number from ${least} to ${most}`);
  }
  return value;
}
