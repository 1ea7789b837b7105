// What is said of remembered samples when each is left out, and how far scores and memory are to be trusted by that. Invariant: what comes out depends on
// the weights, the memory and the samples alone.

import type { SumsKernel } from "../../backend/backend.ts";
import { joinedRows, type Matrix } from "../../tensor/matrix.ts";
import type { Ballot } from "../ballot.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import { type Calibration, calibrate, logitsOf, type Probe } from "./calibration.ts";
import { type ClassSums, CONTEXTS } from "./class-sums.ts";
import { Core } from "./core.ts";
import { type Opinion, opinionsOf } from "./opinion.ts";
import type { Judged } from "./refuted.ts";
import { dot } from "./ridge.ts";

/** Samples that are heard of at a time. */
const HEARD = 32;

/** A remembered sample that is left out. */
export type LeftOut = {
  readonly key: Matrix;
  /** Without itself. */
  readonly ballot: Ballot;
  readonly features: Int16Array;
  readonly column: number;
  /** Whether calm columns were solved as if it hardly counted. */
  readonly isOfStorm: boolean;
};

/** @see ProbedFit.influences */
export type Influential = LeftOut & { readonly influence: Float64Array };

export type Court = {
  readonly kernel: SumsKernel;
  readonly classSums: ClassSums;
  readonly memory: EpisodicMemory;
  readonly usesMemory: boolean;
};

/** How far scores and memory count, and what is answered then. */
export type Verdict = { readonly calibration: Calibration; readonly judged: readonly Judged[] };

export class Hearing {
  readonly #court: Court;
  readonly #core: Core;
  readonly #samples: readonly Influential[];
  readonly #probes: Probe[] = [];
  #verdict: Verdict | null = null;
  /** Classes whose calm columns and neighbours are not heard. */
  readonly refuted: readonly number[];

  /** @param weights float32 [columns, width] */
  constructor(court: Court, weights: Float32Array, samples: readonly Influential[], refuted: readonly number[]) {
    this.#court = court;
    this.#core = new Core(court.classSums, weights, refuted);
    // What is refuted is no truth to go by.
    this.#samples = samples.filter(
      ({ column }) => column % CONTEXTS > 0 || !refuted.includes(Math.floor(column / CONTEXTS)),
    );
    this.refuted = refuted;
  }

  get isOver(): boolean {
    return this.#probes.length === this.#samples.length;
  }

  /** Hears of some more. */
  async goOn(): Promise<void> {
    const { kernel, memory, usesMemory } = this.#court;
    const some = this.#samples.slice(this.#probes.length, this.#probes.length + HEARD);
    const keys = joinedRows(some.map(({ key }) => key));
    const ballots = some.map(({ ballot }) => ballot);
    const opinions = await opinionsOf({ kernel, core: this.#core, memory }, keys, ballots, usesMemory);
    const calm = some.some(({ isOfStorm }) => isOfStorm) ? this.#calmScores(keys) : [];
    for (const [i, sample] of some.entries()) {
      const opinion = opinions[i];
      if (opinion === undefined) continue; // there is one of each
      const moved = await this.#movedBy(sample.influence, opinion.witnesses);
      this.#probes.push(leftOut(opinion, sample, moved, sample.isOfStorm ? calm[i] : undefined));
    }
  }

  /** Of each sample what calm columns score each class; −∞ of one that has none. */
  #calmScores(keys: Matrix): number[][] {
    const { kernel } = this.#court;
    const { calm, classes } = this.#core;
    kernel.keyRoom.set(keys.data);
    const scores = calm.scores(kernel.hold(keys.rows), 0, keys.rows);
    return Array.from({ length: keys.rows }, (_, row) => {
      const own = classes.map(() => Number.NEGATIVE_INFINITY);
      for (const [i, place] of calm.places.entries()) own[place] = scores.of(row, i);
      return own;
    });
  }

  /** Once it is over. */
  get verdict(): Verdict {
    this.#verdict ??= this.#judged();
    return this.#verdict;
  }

  #judged(): Verdict {
    const calibration = calibrate(this.#probes, this.#court.usesMemory);
    const judged = this.#probes.map((probe, i) => {
      const logits = logitsOf(calibration, probe);
      const answer = this.#core.classes[logits.indexOf(Math.max(...logits))] ?? 0;
      return { column: this.#samples[i]?.column ?? 0, answer };
    });
    return { calibration, judged };
  }

  /** `Σ w φᵀ(G + λI)⁻¹φ'` over the witnesses of a sample φ'. @param influence float64 [width]: `(G + λI)⁻¹φ'` */
  async #movedBy(influence: Float64Array, { slots, weights }: Opinion["witnesses"]): Promise<number> {
    if (slots.length === 0) return 0;
    const { kernel, memory } = this.#court;
    const { width } = kernel;
    const features = kernel.features((await memory.samplesAt(slots)).keys);
    let moved = 0;
    for (const [neighbor, weight] of weights.entries()) {
      moved += weight * dot(influence, features.subarray(neighbor * width, (neighbor + 1) * width));
    }
    return moved;
  }
}

/**
 * What would be said of a sample had it not been learned. Its own score is `(score − h · y) / (1 − h)`, with its leverage `h = φᵀ(G + λI)⁻¹φ`; what a neighbour is
 * scored falls by `φ'ᵀ(G + λI)⁻¹φ · (y − score) / (1 − h)`.
 * @param moved see `Hearing.#movedBy`
 * @param steady of each class what columns score it that the sample did not move
 */
function leftOut(
  { classes, scores, errors }: Opinion,
  { column, influence, features }: Influential,
  moved: number,
  steady: readonly number[] = [],
): Probe {
  const classId = Math.floor(column / CONTEXTS);
  const left = Math.max(1e-6, 1 - dot(influence, features));
  const probe = { scores: [] as number[], errors: [] as number[], truth: classes.indexOf(classId) };
  for (const [i, other] of classes.entries()) {
    const [score, error, least] = [scores[i] ?? 0, errors[i] ?? 0, steady[i] ?? Number.NEGATIVE_INFINITY];
    const label = other === classId ? 1 : 0;
    const pull = (label - score) / left;
    const isSteady = score === least;
    probe.scores.push(isSteady ? score : Math.max(least, label - pull));
    probe.errors.push(isSteady ? error : error + moved * pull);
  }
  return probe;
}
