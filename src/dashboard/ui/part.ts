// A part of a whole, as `StackedBar` shows it.

export type Part = {
  readonly label: string;
  readonly value: number;
  /** A colour of the style sheets, e.g. `--accent`. */
  readonly color: string;
  /** What the part is, in a sentence. */
  readonly hint?: string;
};
