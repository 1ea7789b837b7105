// The shape of features: what the file itself says, or what the person says who sends it.

import { invalid } from "../../errors.ts";

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * @param found what the file says
 * @param wanted [height, width, channels], where the sender says so
 * @throws EngramError `validation` where the two do not have as many numbers
 */
export function shapeFor(found: readonly number[], wanted: readonly number[] | undefined): readonly number[] {
  if (wanted === undefined) return found;
  if (sizeOf(wanted) === sizeOf(found)) return wanted;
  throw invalid("?shape", `${wanted.join("x")} are ${sizeOf(wanted)} numbers, a sample has ${sizeOf(found)}`);
}

/** @throws EngramError `validation` where a shape is wanted of what has none */
export function refuseShape(wanted: readonly number[] | undefined, kind: string): void {
  if (wanted !== undefined) throw invalid("?shape", `goes with features, the file has ${kind}`);
}
