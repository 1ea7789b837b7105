// One solving of an analytic readout, in small pieces, from sums that stay as they are until it is done. Remembered samples, left out one by one, say how
// far scores and memory are to be trusted. Invariant: what comes out depends on the sums, the memory and the λ it begins with alone.

import type { SumsKernel } from "../../backend/backend.ts";
import { joinedRows, type Matrix, rowsOf } from "../../tensor/matrix.ts";
import type { Pieces } from "../../tensor/pace.ts";
import type { Ballot } from "../ballot.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import { calibrate, type Probe } from "./calibration.ts";
import { type ClassSums, CONTEXTS, columnOf } from "./class-sums.ts";
import { Core } from "./core.ts";
import { type Opinion, opinionsOf } from "./opinion.ts";
import { ProbeChoice } from "./probe-choice.ts";
import { dot, fitNearby, type ProbedFit, type Problem } from "./ridge.ts";
import type { Solved } from "./solved.ts";

/** Remembered samples that are looked at together, to choose those that are left out. */
const LOOKED = 256;
/** Of those that are left out, asked at a time. */
const ASKED = 32;
/** Of these heard at a time, once there are weights. */
const HEARD = 32;
/** Pauses of the work that are left out: a piece takes some milliseconds. */
const STEPS = 12;

/** How much is spent on it: other λ that are tried, and remembered samples that are left out. */
export type Effort = { readonly tries: number; readonly probes: number };

export type Beginning = {
  /** Not changed before it is done, no more than the others are. */
  readonly kernel: SumsKernel;
  readonly classSums: ClassSums;
  readonly memory: EpisodicMemory;
  /** λ to begin with. */
  readonly exponent: number;
  readonly effort: Effort;
  readonly usesMemory: boolean;
};

/** A remembered sample that is left out. */
type LeftOut = {
  readonly key: Matrix;
  readonly ballot: Ballot;
  readonly features: Int16Array;
  readonly column: number;
};

export class Solve {
  readonly #beginning: Beginning;
  readonly #columns: readonly number[];
  readonly #problem: Omit<Problem, "probes">;
  readonly #choice: ProbeChoice;
  #looked = 0;
  #slots: Int32Array = new Int32Array(0);
  readonly #leftOut: LeftOut[] = [];
  #asked = 0;
  #pieces: Pieces<ProbedFit> | null = null;
  #fit: ProbedFit | null = null;
  #core: Core | null = null;
  readonly #probes: Probe[] = [];

  constructor(beginning: Beginning) {
    const { kernel, classSums, effort } = beginning;
    this.#beginning = beginning;
    this.#columns = classSums.counts.flatMap((count, column) => (count > 0 ? [column] : []));
    const columns = this.#columns.map((column) => classSums.of(column));
    this.#problem = { kernel, samples: classSums.samples, columns };
    this.#choice = new ProbeChoice(effort.probes);
  }

  /** Does a piece. @returns what was solved, or null while there is more to do */
  async step(): Promise<Solved | null> {
    const { stored } = this.#beginning.memory.fill;
    if (this.#looked < stored) {
      await this.#look(Math.min(this.#looked + LOOKED, stored));
      return null;
    }
    if (this.#asked < this.#slots.length) {
      await this.#ask(this.#slots.subarray(this.#asked, this.#asked + ASKED));
      return null;
    }
    this.#fit ??= this.#fitted();
    if (this.#fit === null) return null;
    const heard = this.#probes.length;
    if (heard < this.#leftOut.length) {
      await this.#hear(this.#fit, heard, Math.min(heard + HEARD, this.#leftOut.length));
      return null;
    }
    const { usesMemory, classSums } = this.#beginning;
    const { exponent } = this.#fit;
    return {
      ...calibrate(this.#probes, usesMemory),
      exponent,
      samples: classSums.samples,
      weights: this.#weightsOf(this.#fit),
    };
  }

  /** Chooses among the samples up to this slot. */
  async #look(to: number): Promise<void> {
    const from = this.#looked;
    const { keys } = await this.#beginning.memory.samplesAt(Int32Array.from({ length: to - from }, (_, i) => from + i));
    this.#choice.offer(from, keys);
    this.#looked = to;
    this.#slots = this.#choice.slots;
  }

  async #ask(slots: Int32Array): Promise<void> {
    const { memory, kernel, classSums } = this.#beginning;
    const { keys, classes, contexts } = await memory.samplesAt(slots);
    const ballots = await memory.askOthers(keys, slots);
    const features = kernel.features(keys);
    const { width } = kernel;
    ballots.forEach((ballot, row) => {
      const column = columnOf(classes[row] ?? 0, contexts[row] ?? 0);
      const own = features.subarray(row * width, (row + 1) * width);
      // Without its only sample a class is none.
      if (classSums.count(column) > 1) {
        this.#leftOut.push({ key: rowsOf(keys, row, row + 1), ballot, features: own, column });
      }
    });
    this.#asked += slots.length;
  }

  /** Goes on with the fit. */
  #fitted(): ProbedFit | null {
    const { exponent, effort } = this.#beginning;
    const probes = this.#leftOut.map(({ features }) => features);
    this.#pieces ??= fitNearby({ ...this.#problem, probes }, exponent, effort.tries);
    for (let i = 0; i < STEPS; i++) {
      const { done, value } = this.#pieces.next();
      if (done === true) return value;
    }
    return null;
  }

  #weightsOf({ weights }: ProbedFit): Float32Array {
    const { classSums } = this.#beginning;
    const all = new Float32Array(classSums.counts.length * classSums.width);
    this.#columns.forEach((column, i) => {
      all.set(weights[i] ?? [], column * classSums.width);
    });
    return all;
  }

  async #hear(fit: ProbedFit, from: number, to: number): Promise<void> {
    const { kernel, classSums, memory, usesMemory } = this.#beginning;
    this.#core ??= new Core(classSums, this.#weightsOf(fit));
    const some = this.#leftOut.slice(from, to);
    const keys = joinedRows(some.map(({ key }) => key));
    const ballots = some.map(({ ballot }) => ballot);
    const opinions = await opinionsOf({ kernel, core: this.#core, memory }, keys, ballots, usesMemory);
    for (const [i, { column, features }] of some.entries()) {
      const [opinion, influence] = [opinions[i], fit.influences[from + i]];
      if (opinion === undefined || influence === undefined) continue; // there is one of each
      const moved = await this.#movedBy(influence, opinion.witnesses);
      this.#probes.push(leftOut(opinion, Math.floor(column / CONTEXTS), dot(influence, features), moved));
    }
  }

  /** `Σ w φᵀ(G + λI)⁻¹φ'` over the witnesses of a sample φ'. @param influence float64 [width]: `(G + λI)⁻¹φ'` */
  async #movedBy(influence: Float64Array, { slots, weights }: Opinion["witnesses"]): Promise<number> {
    if (slots.length === 0) return 0;
    const { kernel, memory } = this.#beginning;
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
 * @param leverage h
 * @param moved see `Solve.#movedBy`
 */
function leftOut({ classes, scores, errors }: Opinion, classId: number, leverage: number, moved: number): Probe {
  const left = Math.max(1e-6, 1 - leverage);
  const residuals = classes.map((other, i) => (other === classId ? 1 : 0) - (scores[i] ?? 0));
  return {
    scores: residuals.map((residual, i) => (classes[i] === classId ? 1 : 0) - residual / left),
    errors: residuals.map((residual, i) => (errors[i] ?? 0) + (moved * residual) / left),
    truth: classes.indexOf(classId),
  };
}
