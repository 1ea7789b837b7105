// Whether a state grew out of another one, the base, told by what both hold: what was learned stays in the sums, and what is remembered was stored once.
// Invariant: a state that a brain came to from the base by lessons, merges and any change but forgetting passes; one that passes and is no such state holds at least
// as much of every class, so that nothing becomes negative where the base is taken away from it.

import { type Pace, unpaced } from "../tensor/pace.ts";
import { CONTEXTS } from "./analytic/class-sums.ts";
import type { Held } from "./held.ts";

/** What speaks against it, in words that follow the later brain's name. */
export type Obstacle = string;

/** Samples that are compared between two pauses. */
const SAMPLES_AT_ONCE = 256;

/**
 * @param mayForget whether the later state may have forgotten samples on purpose since; what its sums are is not looked at then
 * @returns null where it may have grown out of the base
 */
export async function descentObstacle(
  base: Held,
  later: Held,
  mayForget: boolean,
  pace: Pace = unpaced,
): Promise<Obstacle | null> {
  const { labels, seen } = base.header;
  const unlike = labels.findIndex((label, id) => label !== later.header.labels[id]);
  if (unlike >= 0) return `does not begin with the classes of that state, of which "${labels[unlike]}" is one`;
  if (later.header.seen < seen) return `has seen ${later.header.seen} samples, and that state ${seen}`;
  const forgotten = forgottenBy(later) - forgottenBy(base);
  if (forgotten < 0) return "remembers what that state had forgotten";
  if (forgotten > 0 && !mayForget) {
    return "has forgotten samples since then, or taken in a brain that had: they would be taken from this brain's sums as well";
  }
  const smaller = forgotten > 0 ? null : (fewerOfClass(base, later) ?? smallerSums(base, later));
  return smaller ?? (await strangeSample(base, later, pace));
}

/** Samples that those in the memory do not stand for any more. */
const forgottenBy = ({ header }: Held): number => header.seen - header.memory.experience;

function fewerOfClass(base: Held, later: Held): Obstacle | null {
  for (const [id, label] of base.header.labels.entries()) {
    const [seenBefore, seenNow] = [base, later].map(({ classSeen }) => classSeen?.get(id) ?? 0);
    if (base.classSeen !== null && later.classSeen !== null && (seenNow ?? 0) < (seenBefore ?? 0)) {
      return `has seen ${seenNow} samples of class "${label}", and that state ${seenBefore}`;
    }
    for (let column = CONTEXTS * id; column < CONTEXTS * (id + 1); column++) {
      const [before = 0, now = 0] = [base, later].map(({ sums }) => sums?.classSums.count(column) ?? 0);
      if (now < before) return `has sums of ${now} samples of class "${label}", and that state of ${before}`;
    }
  }
  return null;
}

/** The squares of a feature, summed over samples, only ever grow. */
function smallerSums(base: Held, later: Held): Obstacle | null {
  if (base.sums === null || later.sums === null) return null;
  const { width } = base.sums.classSums;
  for (let feature = 0; feature < width; feature++) {
    const diagonal = (feature * (feature + 1)) / 2 + feature;
    if ((later.sums.sums[diagonal] ?? 0) < (base.sums.sums[diagonal] ?? 0)) {
      return "has smaller sums than that state";
    }
  }
  return null;
}

/** What a memory holds from the time of the base, or from before it, is in the base's memory as well. */
async function strangeSample(base: Held, later: Held, pace: Pace): Promise<Obstacle | null> {
  const slots = new Map(Array.from({ length: base.keys.rows }, (_, slot) => [base.ids.get(slot), slot]));
  for (let slot = 0; slot < later.keys.rows; slot++) {
    if (slot % SAMPLES_AT_ONCE === 0) await pace();
    const id = later.ids.get(slot);
    if (isYoung(base, id)) continue;
    const before = slots.get(id);
    if (before === undefined || !isSame(base, before, later, slot)) {
      return `remembers a sample of before that state (id ${id}) that is not in it`;
    }
  }
  return null;
}

/** Whether a sample of this id was stored after the base: ids grow with age, and go on in whatever a state is copied to. */
export const isYoung = (base: Held, id: number): boolean => id > base.header.memory.lastId;

function isSame(base: Held, before: number, later: Held, slot: number): boolean {
  if (base.classes[before] !== later.classes[slot]) return false;
  const { cols } = base.keys;
  for (let i = 0; i < cols; i++) {
    if (base.keys.data[before * cols + i] !== later.keys.data[slot * cols + i]) return false;
  }
  return true;
}
