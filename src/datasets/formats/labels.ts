// Names of classes as a file gives them. Invariant: each that passes may be taught to a brain, and all of them together to one.

import { StateError } from "../../brain/header-fields.ts";
import { checkText, MAX_LABEL_BYTES, MAX_LABEL_CHARACTERS } from "../../brain/limits.ts";
import { counted } from "../../errors.ts";
import { invalidFile, quoted } from "./faults.ts";

export class Labels {
  readonly #seen = new Set<string>();
  #bytes = 0;

  /**
   * @returns what is wrong with the label; null where nothing is
   * @throws EngramError `dataset-invalid` when the names of all classes are more than a brain can hold
   */
  fault(label: string): string | null {
    if (this.#seen.has(label)) return null;
    if (label.length === 0) return "the label is empty";
    try {
      checkText(label, `the label ${quoted(label)}`, MAX_LABEL_CHARACTERS);
    } catch (error) {
      if (error instanceof StateError) return error.message;
      throw error;
    }
    this.#seen.add(label);
    this.#bytes += Buffer.byteLength(label);
    if (this.#bytes > MAX_LABEL_BYTES) {
      const classes = counted(this.#seen.size, "class").replace("classs", "classes");
      throw invalidFile(`The names of ${classes} take more than ${MAX_LABEL_BYTES} bytes; are the labels classes?`);
    }
    return null;
  }
}
