// What core and memory say of samples. The core scores every class; the neighbours tell how wrong the core is about them, and so how wrong it will be about a
// sample like them: `error_c(x) = Σ w_i(x) · ([class of i is c] − score_c(i))`, which is regression kriging (Odeh, McBratney and Chittleborough 1995).
// What the core knows the memory does not say again; what is new to it, or bent, the memory says at once. Invariant: what is said of a sample
// does not depend on the samples beside it.

import { HELD_SAMPLES, type HeldSamples, type SumsKernel, UNIT } from "../../backend/backend.ts";
import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import type { Ballot } from "../ballot.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import type { Core } from "./core.ts";
import { krigingWeights } from "./kriging.ts";

export type Opinion = {
  readonly ballot: Ballot;
  /** Classes that have samples, ascending. */
  readonly classes: readonly number[];
  /** The core's score of each; null of one that has no weights yet. */
  readonly scores: readonly (number | null)[];
  /** By how much the memory thinks each score too low. */
  readonly errors: ArrayLike<number>;
  /** Whose word that is: the neighbours' slots, int32 [neighbours], and how much each counts, float64 [neighbours]. */
  readonly witnesses: { readonly slots: Int32Array; readonly weights: Float64Array };
};

/** Neighbours that are asked, the nearest ones. */
const MOST_NEIGHBORS = HELD_SAMPLES - 1;
/** Classes beside those of its neighbours that the core is asked for about them: those that it finds most likely for the sample. */
const MOST_CLASSES = 32;

export type Speakers = { readonly kernel: SumsKernel; readonly core: Core; readonly memory: EpisodicMemory };

/**
 * @param keys float32 [batch, inputDim] at unit length
 * @param ballots of each: its neighbours, which the memory still holds
 * @param usesMemory whether it speaks of classes that the core has weights of
 */
export async function opinionsOf(
  speakers: Speakers,
  keys: Matrix,
  ballots: readonly Ballot[],
  usesMemory: boolean,
): Promise<Opinion[]> {
  const asksMemory = usesMemory || !speakers.core.isComplete;
  // One for all: fresh memory for each sample's neighbours would cost more than all that is done with them.
  const room = new Float32Array(asksMemory ? MOST_NEIGHBORS * keys.cols : 0);
  const opinions: Opinion[] = [];
  for (const [row, ballot] of ballots.entries()) {
    opinions.push(await opinionOf(speakers, rowsOf(keys, row, row + 1), ballot, asksMemory ? room : null));
  }
  return opinions;
}

/** @param room for the keys of neighbours: float32 [MOST_NEIGHBORS, inputDim]; null: the memory is not asked */
async function opinionOf({ kernel, core, memory }: Speakers, key: Matrix, ballot: Ballot, room: Float32Array | null) {
  const slots = ballot.slots.subarray(0, room === null ? 0 : MOST_NEIGHBORS);
  const near = room === null ? null : await memory.samplesAt(slots, room);
  const held = kernel.hold(near === null ? [key] : [key, near.keys]);
  const own = core.scores((weights) => held.scores(weights, 0, 1));
  const scores = Array.from(core.classes, (_class, place) => (core.isSolved(place) ? (own[place] ?? 0) : null));
  const said = near === null ? UNASKED : heard(core, held, own, near.classes);
  return { ballot, classes: core.classes, scores, errors: said.errors, witnesses: { slots, weights: said.weights } };
}

/** Where the memory was not asked. */
const UNASKED = { errors: [], weights: new Float64Array(0) };

/**
 * @param held the sample and its neighbours
 * @param scores float32 [classes]: the core's, of the sample
 * @param classes int32 [neighbours]
 */
function heard(core: Core, held: HeldSamples, scores: Float32Array, classes: Int32Array) {
  const neighbors = classes.length;
  const errors = new Float64Array(core.classes.length);
  const products = held.products();
  const weights = krigingWeights(neighbors, (a, b) => (products[a * (neighbors + 1) + b] ?? 0) / UNIT ** 2);
  const places = placesOf(core, scores, classes);
  const said = core.scoresAt(places, (columns) => held.scores(columns, 1, 1 + neighbors));
  for (const [i, place] of places.entries()) {
    const classId = core.classes[place];
    let error = 0;
    for (let neighbor = 0; neighbor < neighbors; neighbor++) {
      const truth = classes[neighbor] === classId ? 1 : 0;
      error += (weights[neighbor] ?? 0) * (truth - (said[neighbor * places.length + i] ?? 0));
    }
    errors[place] = error;
  }
  return { errors, weights };
}

/** The places of the classes that are asked for about neighbours, ascending. */
function placesOf(core: Core, scores: Float32Array, classes: Int32Array): readonly number[] {
  const all = core.classes.map((_, place) => place);
  if (all.length <= MOST_CLASSES) return all;
  const likely = all.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, MOST_CLASSES);
  const near = new Set(classes);
  return [...new Set([...likely, ...all.filter((place) => near.has(core.classes[place] ?? -1))])].sort((a, b) => a - b);
}
