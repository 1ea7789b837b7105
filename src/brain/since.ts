// What a plastic brain has learned since a state that another brain came from, too. Invariant: it is the difference of the two states, exactly, so that adding it
// to the other brain gives what one brain would know that was taught the base and both ones' shares.

import { type Pace, unpaced } from "../tensor/pace.ts";
import { f32, f64, i32, type Tensors, u32 } from "../tensor/safetensors.ts";
import { WholeNumbers } from "../tensor/whole-numbers.ts";
import type { BrainState, PlasticHeader } from "./brain.ts";
import { descentObstacle, isYoung } from "./descent.ts";
import { type Held, readHeld } from "./held.ts";

/** The brain that takes in, the one that it takes in, and the state that both came from. */
export type MergeStates = { readonly own: BrainState; readonly source: BrainState; readonly base: BrainState };

/** Which of the two did not come from the base, and why. */
export type NotFromBase = { readonly notFromBase: "own" | "source"; readonly reason: string };

/**
 * @param hasTakenIn whether this brain is known to have taken the base in, and need not have come from it
 * @returns a state for `Brain.merge` of what the source has learned since the base alone
 * @throws StateError, RangeError as `readHeld`
 */
export async function learnedSince(
  states: MergeStates,
  hasTakenIn = false,
  pace: Pace = unpaced,
): Promise<BrainState<PlasticHeader> | NotFromBase> {
  const base = await readHeld(states.base, pace);
  const source = await readHeld(states.source, pace);
  const ofSource = await descentObstacle(base, source, false, pace);
  if (ofSource !== null) return { notFromBase: "source", reason: ofSource };
  // What this brain has forgotten stays forgotten, whatever the other one learned since.
  const ofOwn = hasTakenIn ? null : await descentObstacle(base, await readHeld(states.own, pace), true, pace);
  if (ofOwn !== null) return { notFromBase: "own", reason: ofOwn };
  return difference(base, source);
}

function difference(base: Held, source: Held): BrainState<PlasticHeader> {
  const { measures: _, ...header } = source.header;
  const young = Array.from(source.classes.keys()).filter((slot) => isYoung(base, source.ids.get(slot)));
  return {
    header: {
      ...header,
      seen: header.seen - base.header.seen,
      memory: {
        stored: young.length,
        lastId: header.memory.lastId,
        experience: header.memory.experience - base.header.memory.experience,
      },
    },
    tensors: { ...memoryOf(source, young), ...classSeenSince(base, source), ...sumsSince(base, source) },
  };
}

function memoryOf({ keys, classes, ids, contexts }: Held, slots: readonly number[]): Tensors {
  const { cols } = keys;
  const own = new Float32Array(slots.length * cols);
  const ownIds = WholeNumbers.zeros(slots.length);
  for (const [place, slot] of slots.entries()) {
    own.set(keys.data.subarray(slot * cols, (slot + 1) * cols), place * cols);
    ownIds.set(place, ids.get(slot));
  }
  const some = (all: Int32Array) =>
    i32(
      Int32Array.from(slots, (slot) => all[slot] ?? 0),
      slots.length,
    );
  return {
    "memory.keys": f32(own, slots.length, cols),
    "memory.classes": some(classes),
    "memory.ids": u32(ownIds.words, slots.length, 2),
    ...(contexts === null ? {} : { "memory.contexts": some(contexts) }),
  };
}

/** Classes that the base did not know come behind its own. */
function classSeenSince(base: Held, { classSeen }: Held): Tensors {
  if (classSeen === null) return {};
  return { "memory.classSeen": wholes(classSeen.length, (id) => classSeen.get(id) - before(base, id)) };
}

const before = ({ classSeen }: Held, id: number): number =>
  classSeen !== null && id < classSeen.length ? classSeen.get(id) : 0;

function sumsSince(base: Held, { sums }: Held): Tensors {
  if (sums === null) return {};
  const { classSums } = sums;
  const { width } = classSums;
  const columns = classSums.counts.length;
  const ofClasses = classSums.sums;
  const ofBase = base.sums?.classSums.sums;
  return {
    "readout.sums": f64(less(sums.sums, base.sums?.sums), sums.sums.length),
    "readout.counts": wholes(columns, (column) => classSums.count(column) - (base.sums?.classSums.count(column) ?? 0)),
    "readout.classSums": f64(less(ofClasses, ofBase), columns, width),
  };
}

/** Where the other one ends, nothing is taken away. */
const less = (from: Float64Array, what: Float64Array | undefined): Float64Array =>
  from.map((sum, i) => sum - (what?.[i] ?? 0));

function wholes(length: number, of: (index: number) => number) {
  const numbers = WholeNumbers.zeros(length);
  for (let index = 0; index < length; index++) numbers.set(index, of(index));
  return u32(numbers.words, length, 2);
}
