// One solving of an analytic readout, in small pieces, from sums that stay as they are until it is done. Remembered samples, left out one by one, say how
// far scores and memory are to be trusted. Invariant: what comes out depends on the sums, the memory and the λ it begins with alone.

import type { SumsKernel } from "../../backend/backend.ts";
import type { Pieces } from "../../tensor/pace.ts";
import type { Ballot, EpisodicMemory } from "../episodic-memory.ts";
import { calibrate, type Probe } from "./calibration.ts";
import { type ClassSums, CONTEXTS, columnOf } from "./class-sums.ts";
import { fitNearby, type ProbedFit, type Problem } from "./ridge.ts";
import { type Solved, sharesOf } from "./solved.ts";

/** Remembered samples that are left out, spread evenly over the memory. */
const PROBES = 256;
/** Of these asked at a time. */
const ASKED = 32;
/** Pauses of the work that are left out: a piece takes some milliseconds. */
const STEPS = 12;

export type Beginning = {
  /** Not changed before it is done, no more than the others are. */
  readonly kernel: SumsKernel;
  readonly classSums: ClassSums;
  readonly memory: EpisodicMemory;
  /** λ to begin with. */
  readonly exponent: number;
  /** How many others are tried. */
  readonly tries: number;
  readonly usesMemory: boolean;
};

type Remembered = { readonly ballot: Ballot; readonly features: Int16Array; readonly column: number };

export class Solve {
  readonly #memory: EpisodicMemory;
  readonly #beginning: Beginning;
  readonly #width: number;
  readonly #counts: readonly number[];
  readonly #columns: readonly number[];
  readonly #problem: Omit<Problem, "probes">;
  readonly #slots: Int32Array;
  readonly #remembered: Remembered[] = [];
  #asked = 0;
  #pieces: Pieces<Solved> | null = null;

  constructor(beginning: Beginning) {
    const { kernel, classSums, memory } = beginning;
    this.#beginning = beginning;
    this.#memory = memory;
    this.#width = classSums.width;
    this.#counts = [...classSums.counts];
    this.#columns = this.#counts.flatMap((count, column) => (count > 0 ? [column] : []));
    const columns = this.#columns.map((column) => classSums.of(column));
    this.#problem = { kernel, samples: classSums.samples, columns };
    const { stored } = memory.fill;
    const probes = Math.min(PROBES, stored);
    this.#slots = Int32Array.from({ length: probes }, (_, i) => Math.floor((i * stored) / probes));
  }

  /** Does a piece. @returns what was solved, or null while there is more to do */
  async step(): Promise<Solved | null> {
    if (this.#asked < this.#slots.length) {
      await this.#ask(this.#slots.subarray(this.#asked, this.#asked + ASKED));
      return null;
    }
    this.#pieces ??= this.#solve();
    for (let i = 0; i < STEPS; i++) {
      const { done, value } = this.#pieces.next();
      if (done === true) return value;
    }
    return null;
  }

  async #ask(slots: Int32Array): Promise<void> {
    const { keys, classes, contexts } = await this.#memory.samplesAt(slots);
    const ballots = await this.#memory.askOthers(keys, slots);
    const features = this.#beginning.kernel.features(keys);
    ballots.forEach((ballot, row) => {
      const column = columnOf(classes[row] ?? 0, contexts[row] ?? 0);
      const own = features.subarray(row * this.#width, (row + 1) * this.#width);
      // Without its only sample a class is none.
      if ((this.#counts[column] ?? 0) > 1) this.#remembered.push({ ballot, features: own, column });
    });
    this.#asked += slots.length;
  }

  *#solve(): Pieces<Solved> {
    const { exponent, tries, usesMemory } = this.#beginning;
    const problem = { ...this.#problem, probes: this.#remembered.map(({ features }) => features) };
    const fit = yield* fitNearby(problem, exponent, tries);
    const probes = this.#remembered.map((remembered, i) => this.#probe(remembered, fit, fit.leverages[i] ?? 0));
    const calibration = calibrate(probes, usesMemory);
    const weights = new Float32Array(this.#counts.length * this.#width);
    this.#columns.forEach((column, i) => {
      weights.set(fit.weights[i] ?? [], column * this.#width);
    });
    return { ...calibration, exponent: fit.exponent, samples: this.#problem.samples, weights };
  }

  /** Left out, a column's score of a sample is `(score − h · y) / (1 − h)`. */
  #probe({ ballot, features, column }: Remembered, { weights }: ProbedFit, leverage: number): Probe {
    const left = Math.max(1e-6, 1 - leverage);
    const byClass = new Map<number, number[]>();
    this.#columns.forEach((other, i) => {
      let score = 0;
      const own = weights[i];
      for (let j = 0; j < this.#width; j++) score += (own?.[j] ?? 0) * (features[j] ?? 0);
      const scores = byClass.get(Math.floor(other / CONTEXTS)) ?? [];
      scores.push((score - (other === column ? leverage : 0)) / left);
      byClass.set(Math.floor(other / CONTEXTS), scores);
    });
    const shares = sharesOf(ballot);
    const ids = [...byClass.keys()];
    return {
      scores: [...byClass.values()],
      shares: ids.map((classId) => shares.get(classId) ?? 0),
      truth: ids.indexOf(Math.floor(column / CONTEXTS)),
    };
  }
}
