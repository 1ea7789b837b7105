// What core and memory say of samples. The core scores every class; the memory tells how wrong the core is about a sample's neighbours, and so how wrong it
// will be about the sample: what the core knows the memory does not say again; what is new to it, or bent, the memory says at once.
// Invariant: what is said of a sample does not depend on the samples beside it.

import { HELD_SAMPLES } from "../../backend/backend.ts";
import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { piecesOf } from "../../tensor/pace.ts";
import type { Ballot } from "../ballot.ts";
import { MOST_NEIGHBORS, Residuals, type Speakers } from "./residuals.ts";

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
  const { core, memory } = speakers;
  const { classes, isComplete } = core;
  const scores = scoresOf(speakers, keys);
  const most = usesMemory || !isComplete ? MOST_NEIGHBORS : 0;
  const witnesses = ballots.map(({ slots }) => core.heard(slots, memory).subarray(0, most));
  const residuals = new Residuals(speakers, witnesses);
  const opinions: Opinion[] = [];
  for (const [row, ballot] of ballots.entries()) {
    const own = scores[row] ?? [];
    const { errors, weights } = await residuals.of(row, rowsOf(keys, row, row + 1), own);
    opinions.push({ ballot, classes, scores: own, errors, witnesses: { slots: witnesses[row] ?? NOBODY, weights } });
  }
  return opinions;
}

const NOBODY = new Int32Array(0);

/** The core's scores: of each sample one a class. */
function scoresOf({ kernel, core }: Speakers, keys: Matrix): (number | null)[][] {
  const all: (number | null)[][] = [];
  for (const [from, to] of piecesOf(keys.rows, HELD_SAMPLES)) {
    kernel.keyRoom.set(rowsOf(keys, from, to).data);
    const scores = core.all.scores(kernel.hold(to - from), 0, to - from);
    for (let row = 0; row < to - from; row++) {
      all.push(core.all.places.map((place) => (core.isSolved(place) ? scores.of(row, place) : null)));
    }
  }
  return all;
}
