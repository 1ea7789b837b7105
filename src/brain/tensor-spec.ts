// A tensor as a header implies it: its name, type and shape, and between which bounds its numbers lie.

import type { Dtype } from "../tensor/safetensors.ts";

export type TensorSpec = {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Between these each number lies; of U32 [n, 2] each pair, as one number with the low word first. */
  readonly least: number;
  readonly most: number;
  /** Younger than the first states, which lack it. */
  readonly isOptional?: true;
};

type Of = (name: string, shape: readonly number[], least: number, most: number) => TensorSpec;

const of =
  (dtype: Dtype): Of =>
  (name, shape, least, most) => ({ name, dtype, shape, least, most });

export const floats = of("F32");
export const ints = of("I32");
export const doubles = of("F64");

/** Whole numbers below 2⁵³, each as two words. */
export const wholes = (name: string, length: number, least: number, most: number): TensorSpec =>
  of("U32")(name, [length, 2], least, most);
