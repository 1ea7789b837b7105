// Names of classes as a file gives them. Invariant: each that passes may be taught to a brain.

import { StateError } from "../../brain/header-fields.ts";
import { checkText, MAX_LABEL_CHARACTERS } from "../../brain/limits.ts";
import { MAX_CLASSES } from "../limits.ts";
import { quoted } from "./faults.ts";

export class Labels {
  readonly #seen = new Set<string>();

  /** @returns what is wrong with the label; null where nothing is */
  fault(label: string): string | null {
    if (this.#seen.has(label)) return null;
    if (label.length === 0) return "the label is empty";
    const name = `the label ${quoted(label)}`;
    try {
      checkText(label, name, MAX_LABEL_CHARACTERS);
    } catch (error) {
      if (error instanceof StateError) return error.message;
      throw error;
    }
    if (this.#seen.size === MAX_CLASSES) return `${name} is another class, a dataset has ${MAX_CLASSES} at most`;
    this.#seen.add(label);
    return null;
  }
}
