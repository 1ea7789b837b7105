// How a calm input is perturbed: what there is to choose from, and within which bounds its strength lies. Pure.

import type { Input } from "../../../inputs/input.ts";
import {
  blurred,
  brightened,
  inverted,
  isImage,
  negated,
  noisy,
  rotated,
  shifted,
} from "../../../inputs/transforms.ts";
import { type Picture, pictureOf } from "../../../ui/picture.ts";

export const PERTURBATION_NAMES = [
  "noise",
  "invert",
  "brightness",
  "blur",
  "rotate",
  "shiftRight",
  "shiftDown",
] as const;
export type PerturbationName = (typeof PERTURBATION_NAMES)[number];

type Perturbation = {
  readonly title: string;
  /** What the strength is, e.g. `degrees`. */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** The strength that one begins with. */
  readonly start: number;
} & (
  | { readonly of: "numbers"; readonly apply: (values: readonly number[], strength: number, seed: number) => number[] }
  | {
      readonly of: "pictures";
      readonly apply: (values: readonly number[], picture: Picture, strength: number) => number[];
    }
);

export const PERTURBATIONS: Readonly<Record<PerturbationName, Perturbation>> = {
  noise: {
    title: "Noise",
    unit: "× the input’s size",
    least: 0,
    most: 3,
    step: 0.05,
    start: 0.5,
    of: "numbers",
    apply: noisy,
  },
  invert: {
    title: "Invert",
    unit: "of the way",
    least: 0,
    most: 1,
    step: 0.05,
    start: 1,
    of: "numbers",
    apply: (values, share) => (isImage(values) ? inverted : negated)(values, share),
  },
  brightness: {
    title: "Brightness",
    unit: "added",
    least: -1,
    most: 1,
    step: 0.05,
    start: 0.3,
    of: "numbers",
    apply: brightened,
  },
  blur: {
    title: "Blur",
    unit: "pixels to each side",
    least: 0,
    most: 6,
    step: 1,
    start: 2,
    of: "pictures",
    apply: blurred,
  },
  rotate: {
    title: "Rotate",
    unit: "degrees",
    least: -180,
    most: 180,
    step: 5,
    start: 30,
    of: "pictures",
    apply: rotated,
  },
  shiftRight: {
    title: "Shift sideways",
    unit: "pixels to the right",
    least: -14,
    most: 14,
    step: 0.5,
    start: 3,
    of: "pictures",
    apply: (values, picture, right) => shifted(values, picture, right, 0),
  },
  shiftDown: {
    title: "Shift up or down",
    unit: "pixels down",
    least: -14,
    most: 14,
    step: 0.5,
    start: 3,
    of: "pictures",
    apply: (values, picture, down) => shifted(values, picture, 0, down),
  },
};

/** What was chosen. */
export type Chosen = { readonly name: PerturbationName; readonly strength: number; readonly seed: number };

/** @returns the names of what can befall an input of so many numbers */
export const perturbationsOf = (inputDim: number): readonly PerturbationName[] =>
  PERTURBATION_NAMES.filter((name) => PERTURBATIONS[name].of === "numbers" || pictureOf(inputDim) !== null);

/** @returns the input as it is perturbed; as it was, where it is no picture and would have to be one */
export function perturbed(input: Input, { name, strength, seed }: Chosen): readonly number[] {
  const perturbation = PERTURBATIONS[name];
  if (perturbation.of === "numbers") return perturbation.apply(input.values, strength, seed);
  const picture = pictureOf(input.values.length, input.layout);
  return picture === null ? input.values : perturbation.apply(input.values, picture, strength);
}
