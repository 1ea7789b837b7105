// A world that changes from one sample to the next: digits as they are, and then the same digits inverted, or each called by another's name.

import { type Sample, samplesOf } from "../digits/digits.ts";
import { generatorOf, shuffled } from "../random.ts";

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Images of each digit that are taught, again and again in another order, and the ones after them that are never taught. */
const TAUGHT_PER_DIGIT = 650;
const HELD_OUT_PER_DIGIT = 50;

export const SHIFTS = {
  /** Ink becomes paper and paper ink: what was known stays right, all that is seen is new. */
  inverted: ({ input, label }: Sample): Sample => ({ input: input.map((value) => 1 - value), label }),
  /** Each digit is called by the next one's name: what was known is wrong. */
  relabelled: ({ input, label }: Sample): Sample => ({ input, label: String((Number(label) + 1) % DIGITS.length) }),
};
export type ShiftName = keyof typeof SHIFTS;

export type World = {
  readonly clean: readonly Sample[];
  readonly shifted: readonly Sample[];
  /** Never taught. */
  readonly heldOut: { readonly clean: readonly Sample[]; readonly shifted: readonly Sample[] };
};

/** @returns so many samples before and after the shift; the same for the same arguments */
export function worldOf(shift: ShiftName, seed: number, clean: number, shifted: number): World {
  const random = generatorOf(seed);
  const taught = samplesOf(DIGITS, 0, TAUGHT_PER_DIGIT);
  const heldOut = samplesOf(DIGITS, TAUGHT_PER_DIGIT, HELD_OUT_PER_DIGIT);
  const change = SHIFTS[shift];
  return {
    clean: drawn(taught, clean, random),
    shifted: drawn(taught, shifted, random).map(change),
    heldOut: { clean: heldOut, shifted: heldOut.map(change) },
  };
}

/** `count` samples, all of them once in random order before any comes again. */
function drawn(samples: readonly Sample[], count: number, random: () => number): Sample[] {
  const stream: Sample[] = [];
  while (stream.length < count) {
    stream.push(...shuffled(samples, random).slice(0, count - stream.length));
  }
  return stream;
}
