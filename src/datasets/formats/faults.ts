// What is wrong with a file, told with its place. A person who mends a file wants to hear of more than one mistake at a time, so a reader goes on
// for a while. Invariant: once there is a fault, the upload is refused.

import { EngramError, type FieldError } from "../../errors.ts";

/** A place in a file: in words, and as the steps of a JSON pointer. */
export type Place = { readonly words: string; readonly steps: readonly (string | number)[] };

const MAX_FAULTS = 10;

export const atLine = (line: number): Place => ({ words: `line ${line}`, steps: ["line", line] });

/** @param column its name, or its number from 1 */
export function atCell(line: number, column: string | number): Place {
  const words = typeof column === "number" ? `column ${column}` : `column ${quoted(column)}`;
  return { words: `line ${line}, ${words}`, steps: ["line", line, column] };
}

/** Of a file that is not read line by line: e.g. `inputs/3/17`. */
export const atPath = (...steps: readonly (string | number)[]): Place => ({
  words: steps.map((step) => shortened(String(step))).join("/"),
  steps,
});

/** An entry of an archive. */
export const atEntry = (name: string): Place => ({ words: quoted(name), steps: ["entry", name] });

export class Faults {
  readonly #fields: FieldError[] = [];

  get isEmpty(): boolean {
    return this.#fields.length === 0;
  }

  /** @throws EngramError `dataset-invalid` when there are many */
  add(place: Place, what: string): void {
    this.#fields.push({ pointer: pointerTo(place.steps), detail: `${place.words}: ${what}` });
    if (this.#fields.length === MAX_FAULTS) this.throwIfAny();
  }

  /** Of a fault behind which nothing can be read. @throws EngramError `dataset-invalid` */
  fail(place: Place, what: string): never {
    this.add(place, what);
    throw this.#refusal();
  }

  /** @throws EngramError `dataset-invalid` where there is a fault */
  throwIfAny(): void {
    if (!this.isEmpty) throw this.#refusal();
  }

  #refusal(): EngramError {
    const [first, ...others] = this.#fields;
    const more = others.length === 0 ? "" : ` (errors names ${others.length} more)`;
    return new EngramError("dataset-invalid", `${first?.detail}${more}`, this.#fields);
  }
}

/** Of a fault that has no place but the file. */
export const invalidFile = (what: string, options?: ErrorOptions): EngramError =>
  new EngramError("dataset-invalid", what, [], options);

/** JSON pointer in URI fragment form (RFC 6901, sections 3 and 6). */
function pointerTo(steps: readonly (string | number)[]): string {
  const tokens = steps.map((step) => shortened(String(step)).replaceAll("~", "~0").replaceAll("/", "~1"));
  return `#${tokens.map((token) => `/${encodeURIComponent(token)}`).join("")}`;
}

const SHOWN_CHARACTERS = 60;

/** Through UTF-8: half of a surrogate pair could not be encoded. */
function shortened(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN_CHARACTERS + 2)];
  const shown = characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join("")}…` : text;
  return Buffer.from(shown).toString();
}

/** @returns the text in quotation marks, cut short, on one line */
export const quoted = (text: string): string => JSON.stringify(shortened(text));
