// One solving of an analytic readout, in small pieces, from sums that stay as they are until it is done. Remembered samples, left out one by one, say how
// far scores and memory are to be trusted. Invariant: what comes out depends on the sums, the memory and the λ it begins with alone.

import type { SumsKernel } from "../../backend/backend.ts";
import { rowsOf } from "../../tensor/matrix.ts";
import type { Pieces } from "../../tensor/pace.ts";
import type { EpisodicMemory } from "../episodic-memory.ts";
import { type ClassSums, columnOf } from "./class-sums.ts";
import { Hearing, type LeftOut, type Verdict } from "./hearing.ts";
import { ProbeChoice } from "./probe-choice.ts";
import { areRefuted, suspectsOf } from "./refuted.ts";
import type { ProbedFit, Problem } from "./ridge.ts";
import type { Solved } from "./solved.ts";
import { Storm } from "./storm.ts";

/** Remembered samples that are looked at together: what of them is of a storm is one block of sums. */
const LOOKED = 120;
/** Of those that are left out, asked at a time. */
const ASKED = 32;
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

export class Solve {
  readonly #beginning: Beginning;
  readonly #columns: readonly number[];
  readonly #problem: Omit<Problem, "probes">;
  readonly #choice: ProbeChoice;
  readonly #storm: Storm;
  #looked = 0;
  #slots: Int32Array = new Int32Array(0);
  readonly #leftOut: LeftOut[] = [];
  #asked = 0;
  #pieces: Pieces<ProbedFit> | null = null;
  #fit: ProbedFit | null = null;
  /** With all that there is, and without what is suspect. */
  #hearing: Hearing | null = null;
  #other: Hearing | null = null;

  constructor(beginning: Beginning) {
    const { kernel, classSums, effort } = beginning;
    this.#beginning = beginning;
    this.#columns = classSums.counts.flatMap((count, column) => (count > 0 ? [column] : []));
    const columns = this.#columns.map((column) => classSums.of(column));
    this.#problem = { kernel, samples: classSums.samples, columns };
    this.#choice = new ProbeChoice(effort.probes);
    this.#storm = new Storm(kernel, classSums);
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
    this.#hearing ??= this.#heard(this.#fit, []);
    if (!this.#hearing.isOver) {
      await this.#hearing.goOn();
      return null;
    }
    const suspects = this.#suspects(this.#hearing.verdict);
    if (suspects.length === 0) return this.#solved(this.#fit, this.#hearing);
    this.#other ??= this.#heard(this.#fit, suspects);
    if (!this.#other.isOver) {
      await this.#other.goOn();
      return null;
    }
    const isBetter = areRefuted(this.#hearing.verdict.judged, this.#other.verdict.judged);
    return this.#solved(this.#fit, isBetter ? this.#other : this.#hearing);
  }

  #suspects({ judged }: Verdict): number[] {
    const { classSums } = this.#beginning;
    return suspectsOf(judged).filter((classId) => classSums.count(columnOf(classId, 0)) > 0);
  }

  #solved(fit: ProbedFit, { verdict, refuted }: Hearing): Solved {
    const { exponent } = fit;
    const { samples } = this.#beginning.classSums;
    return { ...verdict.calibration, exponent, samples, refuted, weights: this.#weightsOf(fit) };
  }

  #heard(fit: ProbedFit, refuted: readonly number[]): Hearing {
    const samples = this.#leftOut.flatMap((one, i) => {
      const influence = fit.influences[i];
      return influence === undefined ? [] : [{ ...one, influence }]; // there is one of each
    });
    return new Hearing(this.#beginning, this.#weightsOf(fit), samples, refuted);
  }

  /** Chooses among the samples up to this slot, and gathers what is of a storm. */
  async #look(to: number): Promise<void> {
    const from = this.#looked;
    const slots = Int32Array.from({ length: to - from }, (_, i) => from + i);
    const samples = await this.#beginning.memory.samplesAt(slots);
    this.#choice.offer(from, samples.keys, samples.contexts);
    this.#storm.gather(samples);
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
        const isOfStorm = this.#storm.has(column);
        this.#leftOut.push({ key: rowsOf(keys, row, row + 1), ballot, features: own, column, isOfStorm });
      }
    });
    this.#asked += slots.length;
  }

  /** Goes on with the fit. */
  #fitted(): ProbedFit | null {
    const { exponent, effort } = this.#beginning;
    const probes = this.#leftOut.map(({ features }) => features);
    const ofProbes = this.#leftOut.map(({ column }) => column);
    this.#pieces ??= this.#storm.fit({ ...this.#problem, probes }, this.#columns, ofProbes, exponent, effort.tries);
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
}
