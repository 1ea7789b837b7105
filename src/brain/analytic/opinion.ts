// What core and memory say of samples. The core scores every class; the neighbours tell how wrong the core is about them, and so how wrong it will be about a
// sample like them: `error_c(x) = Σ w_i(x) · ([class of i is c] − score_c(i))`, which is regression kriging (Odeh, McBratney and Chittleborough 1995).
// What the core knows the memory does not say again; what is new to it, or bent, the memory says at once. Invariant: what is said of a sample
// does not depend on the samples beside it.

import { type SumsKernel, UNIT } from "../../backend/backend.ts";
import { type Matrix, rowsOf, zeros } from "../../tensor/matrix.ts";
import { piecesOf } from "../../tensor/pace.ts";
import type { Ballot, EpisodicMemory } from "../episodic-memory.ts";
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
  /** Whose word that is: how much each neighbour counts, float64 [neighbours], and their features, int16 [neighbours, width]. */
  readonly witnesses: { readonly weights: Float64Array; readonly features: Int16Array };
};

/** Samples at a time: their arrays, and those of their neighbours, stay small enough to lie where others just lay. */
const PIECE = 1;
/** Neighbours that are asked, the nearest ones. */
const MOST_NEIGHBORS = 64;
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
  const opinions: Opinion[] = [];
  for (const [from, to] of piecesOf(keys.rows, PIECE)) {
    opinions.push(...(await opinionsOfFew(speakers, rowsOf(keys, from, to), ballots.slice(from, to), usesMemory)));
  }
  return opinions;
}

async function opinionsOfFew(
  { kernel, core, memory }: Speakers,
  keys: Matrix,
  ballots: readonly Ballot[],
  usesMemory: boolean,
): Promise<Opinion[]> {
  const { classes } = core;
  const scores = core.scores(kernel.features(keys));
  const groups = usesMemory || !core.isComplete ? await groupsOf(kernel, memory, keys, ballots) : [];
  return ballots.map((ballot, row) => {
    const own = scores.subarray(row * classes.length, (row + 1) * classes.length);
    const said = Array.from(classes, (_class, place) => (core.isSolved(place) ? (own[place] ?? 0) : null));
    const group = groups[row];
    return { ballot, classes, scores: said, ...(group === undefined ? UNASKED : heard(core, kernel, own, group)) };
  });
}

/** A sample and its neighbours. */
type Group = {
  /** int16 [1 + neighbours, width]: the sample's features, then theirs */
  readonly features: Int16Array;
  /** int32 [neighbours] */
  readonly classes: Int32Array;
};

async function groupsOf(
  kernel: SumsKernel,
  memory: EpisodicMemory,
  keys: Matrix,
  ballots: readonly Ballot[],
): Promise<Group[]> {
  const slots = ballots.map((ballot) => ballot.slots.subarray(0, MOST_NEIGHBORS));
  const near = await memory.samplesAt(Int32Array.from(slots.flatMap((few) => [...few])));
  const together = zeros(keys.rows + near.keys.rows, keys.cols);
  let [row, at] = [0, 0];
  for (const [sample, { length }] of slots.entries()) {
    together.data.set(rowsOf(keys, sample, sample + 1).data, row * keys.cols);
    together.data.set(rowsOf(near.keys, at, at + length).data, (row + 1) * keys.cols);
    row += 1 + length;
    at += length;
  }
  const features = kernel.features(together);
  [row, at] = [0, 0];
  return slots.map(({ length }) => {
    const group = {
      features: features.subarray(row * kernel.width, (row + 1 + length) * kernel.width),
      classes: near.classes.subarray(at, at + length),
    };
    row += 1 + length;
    at += length;
    return group;
  });
}

/** Where the memory was not asked. */
const UNASKED = { errors: [], witnesses: { weights: new Float64Array(0), features: new Int16Array(0) } };

/** @param scores float32 [classes]: the core's, of the sample */
function heard(core: Core, kernel: SumsKernel, scores: Float32Array, { features, classes }: Group) {
  const neighbors = classes.length;
  const errors = new Float64Array(core.classes.length);
  const theirs = features.subarray(kernel.width);
  const products = kernel.products(features);
  const weights = krigingWeights(neighbors, (a, b) => (products[a * (neighbors + 1) + b] ?? 0) / UNIT ** 2);
  const places = placesOf(core, scores, classes);
  const said = core.scoresAt(places, theirs);
  for (const [i, place] of places.entries()) {
    const classId = core.classes[place];
    let error = 0;
    for (let neighbor = 0; neighbor < neighbors; neighbor++) {
      const truth = classes[neighbor] === classId ? 1 : 0;
      error += (weights[neighbor] ?? 0) * (truth - (said[neighbor * places.length + i] ?? 0));
    }
    errors[place] = error;
  }
  return { errors, witnesses: { weights, features: theirs } };
}

/** The places of the classes that are asked for about neighbours, ascending. */
function placesOf(core: Core, scores: Float32Array, classes: Int32Array): readonly number[] {
  const all = core.classes.map((_, place) => place);
  if (all.length <= MOST_CLASSES) return all;
  const likely = all.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, MOST_CLASSES);
  const near = new Set(classes);
  return [...new Set([...likely, ...all.filter((place) => near.has(core.classes[place] ?? -1))])].sort((a, b) => a - b);
}
