// An input that somebody picked for a brain, and where it came from.

import type { Layout } from "../ui/picture.ts";

export type Input = {
  /** As many as the brain takes. */
  readonly values: readonly number[];
  /** Where it came from, in a few words: `Drawn`, `cat.png`. */
  readonly source: string;
  /** How the channels lie, where it is a picture in colour. */
  readonly layout: Layout;
};

export const blankOf = (inputDim: number): Input => ({
  values: new Array<number>(inputDim).fill(0),
  source: "Nothing yet",
  layout: "planes",
});

export const isBlank = (values: readonly number[]): boolean => values.every((value) => value === 0);
