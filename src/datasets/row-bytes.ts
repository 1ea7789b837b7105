// How long a sample is, where all are of one length.

import type { SampleHead } from "./formats/sample.ts";

/** @returns bytes of each sample; null where each has a length of its own */
export function rowBytesOf({ kind, shape }: SampleHead): number | null {
  if (shape === null) return null;
  const numbers = shape.reduce((product, size) => product * size, 1);
  return kind === "features" ? numbers * Float32Array.BYTES_PER_ELEMENT : numbers;
}
