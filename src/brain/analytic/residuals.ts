// What the neighbours of a sample tell of how wrong the core is about it: `error_c(x) = Σ w_i(x) · ([class of i is c] − score_c(i))`, which is regression
// kriging (Odeh, McBratney and Chittleborough 1995). Invariant: what is told of a sample does not depend on the samples beside it.

import { HELD_SAMPLES, type HeldSamples, type SumsKernel, UNIT } from "../../backend/backend.ts";
import type { Matrix } from "../../tensor/matrix.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import type { AskedClasses, Core } from "./core.ts";
import { Kriging } from "./kriging.ts";

export type Speakers = { readonly kernel: SumsKernel; readonly core: Core; readonly memory: EpisodicMemory };

/** Neighbours that are asked, the nearest ones. */
export const MOST_NEIGHBORS = HELD_SAMPLES - 1;
/** Classes beside those of its neighbours that the core is asked for about them: those that it finds most likely for the sample. */
const MOST_CLASSES = 32;

/** Of a batch of samples. Its arrays are made once: small ones for each sample would cost more than what is computed, for their memory is not the heap's. */
export class Residuals {
  readonly #speakers: Speakers;
  /** Of each sample its neighbours' slots. */
  readonly #neighbors: readonly Int32Array[];
  readonly #kriging: Kriging;
  /** float64 [batch, most neighbours] */
  readonly #weights: Float64Array;
  readonly #most: number;
  /** float64 [batch, classes] */
  readonly #errors: Float64Array;

  /** @param neighbors of each sample the slots of its neighbours, `MOST_NEIGHBORS` at most */
  constructor(speakers: Speakers, neighbors: readonly Int32Array[]) {
    this.#speakers = speakers;
    this.#neighbors = neighbors;
    this.#most = neighbors.reduce((most, slots) => Math.max(most, slots.length), 0);
    this.#kriging = new Kriging(this.#most);
    this.#weights = new Float64Array(neighbors.length * this.#most);
    this.#errors = new Float64Array(neighbors.length * speakers.core.classes.length);
  }

  /**
   * @param row of the sample in the batch
   * @param key float32 [1, inputDim] at unit length
   * @param scores the core's of the sample, one a class; null of one without weights
   * @returns the error of each class, float64 [classes], and how much each neighbour counts, float64 [neighbours]
   */
  async of(row: number, key: Matrix, scores: readonly (number | null)[]) {
    const { kernel, core, memory } = this.#speakers;
    const slots = this.#neighbors[row] ?? new Int32Array(0);
    const weights = this.#weights.subarray(row * this.#most, row * this.#most + slots.length);
    const errors = this.#errors.subarray(row * core.classes.length, (row + 1) * core.classes.length);
    if (slots.length > 0) {
      await memory.copyKeys(slots, kernel.keyRoom);
      kernel.keyRoom.set(key.data, slots.length * key.cols);
      const held = kernel.hold(slots.length + 1);
      const { data, stride } = held.products();
      this.#kriging.solve((a, b) => (data[a * stride + b] ?? 0) / UNIT ** 2, weights);
      const classes = Array.from(slots, (slot) => memory.classOf(slot));
      addErrors(core, held, askedOf(core, scores, classes), classes, weights, errors);
    }
    return { errors, weights };
  }
}

/** @param held the neighbours of a sample, and the sample @param classes of the neighbours @param errors float64 [classes]: where they go */
function addErrors(
  core: Core,
  held: HeldSamples,
  asked: AskedClasses,
  classes: readonly number[],
  weights: Float64Array,
  errors: Float64Array,
): void {
  const scores = asked.scores(held, 0, classes.length);
  for (let i = 0; i < asked.places.length; i++) {
    const place = asked.places[i] ?? 0;
    const classId = core.classes[place];
    let error = 0;
    for (let neighbor = 0; neighbor < classes.length; neighbor++) {
      const truth = classes[neighbor] === classId ? 1 : 0;
      error += (weights[neighbor] ?? 0) * (truth - scores.of(neighbor, i));
    }
    errors[place] = error;
  }
}

/** The classes that the core is asked for about the neighbours of a sample. @param classes of the neighbours */
function askedOf(core: Core, scores: readonly (number | null)[], classes: readonly number[]): AskedClasses {
  if (scores.length <= MOST_CLASSES) return core.all;
  const places = new Set(likeliest(scores, MOST_CLASSES));
  for (const classId of classes) {
    const place = core.placeOf(classId);
    if (place !== null) places.add(place);
  }
  return core.asked([...places].sort((a, b) => a - b));
}

/** The places of the largest scores; of equal ones the first. */
function likeliest(scores: readonly (number | null)[], most: number): number[] {
  const places: number[] = [];
  const scoreOf = (place: number | undefined) =>
    place === undefined ? Number.NEGATIVE_INFINITY : (scores[place] ?? 0);
  for (let place = 0; place < scores.length; place++) {
    if (places.length === most && scoreOf(place) <= scoreOf(places.at(-1))) continue;
    let at = Math.min(places.length, most - 1);
    while (at > 0 && scoreOf(places[at - 1]) < scoreOf(place)) {
      places[at] = places[at - 1] ?? 0;
      at--;
    }
    places[at] = place;
  }
  return places;
}
