// The slow core of a plastic brain: sums of what it was ever taught, from which a ridge regression is solved when there is time. One sample or a million, in
// this order or that, in one call or many: the sums are the same to the bit, and what is taken away leaves nothing behind.
// Invariants: `settled` is a function of the events alone, and all that is learned or measured rests on it; `fresh`, which only predictions
// use, is solved while nothing else is to do, from the same sums.

import type { SumsKernel } from "../../backend/backend.ts";
import type { Matrix } from "../../tensor/matrix.ts";
import { f32, f64, type Tensors, u32 } from "../../tensor/safetensors.ts";
import { WholeNumbers } from "../../tensor/whole-numbers.ts";
import type { LearningMode, ReadoutName } from "../config.ts";
import type { Ballot, EpisodicMemory, Remembered } from "../episodic-memory.ts";
import type { Forgot } from "../events.ts";
import { type ClassSums, CONTEXTS, columnOf, contextOf } from "./class-sums.ts";
import { Solve } from "./solve.ts";
import { decide, type Solved } from "./solved.ts";

/** What a state's header says of it. */
export type ReadoutHeader = Omit<Solved, "weights"> & {
  /** Classes that there are weights of. */
  readonly classes: number;
};

/** What another readout has added up. */
export type ArrivingSums = {
  /** float64, as `SumsKernel.sums` */
  readonly sums: Float64Array;
  readonly classSums: ClassSums;
};

export type ReadoutParts = {
  readonly name: Exclude<ReadoutName, "memory">;
  readonly kernel: SumsKernel;
  readonly classSums: ClassSums;
  readonly settled: Solved;
  readonly memory: EpisodicMemory;
};

/** Solved again by itself when there are half as many samples more, and not before there are so many. */
const GROWTH = 1.5;
const FIRST_SOLVED = 16;
/** Other λ that are tried at a consolidation, and at any other time. */
const TRIES = { thorough: 6, usual: 1 } as const;

export class AnalyticReadout {
  readonly #parts: ReadoutParts;
  #settled: Solved;
  /** Of the present sums; null where there is none yet. */
  #fresh: Solved | null = null;
  /** Of sums a little older, for as long as nothing newer was settled. */
  #latest: Solved | null = null;
  /** Whether the sums are not those that `settled` is of. */
  #isStale: boolean;
  /** What is solved now, and whether the next event waits for it. */
  #solve: Solve | null = null;
  #tries: number | null = null;

  constructor(parts: ReadoutParts) {
    this.#parts = parts;
    this.#settled = parts.settled;
    // A state does not say: what is solved once more comes out the same.
    this.#isStale = parts.classSums.samples > 0;
  }

  /** Whether a solving is due that the next event waits for. */
  get isSettling(): boolean {
    return this.#tries !== null;
  }

  /** Does a piece of it. */
  async settle(): Promise<void> {
    const solved = await this.#step(this.#tries ?? 0);
    if (solved === null) return;
    this.#settled = solved;
    this.#fresh = null;
    this.#latest = null;
    this.#isStale = false;
    this.#tries = null;
  }

  /** Whether predictions could know more. */
  get isBehind(): boolean {
    return this.#isStale && this.#fresh === null && !this.isSettling;
  }

  /** Does a piece of what they could know. */
  async catchUp(): Promise<void> {
    this.#fresh = await this.#step(0);
  }

  async #step(tries: number): Promise<Solved | null> {
    const { kernel, classSums, memory, name } = this.#parts;
    this.#solve ??= new Solve({
      kernel,
      classSums,
      memory,
      exponent: this.#settled.exponent,
      tries,
      usesMemory: name === "blend",
    });
    const solved = await this.#solve.step();
    if (solved !== null) this.#solve = null;
    return solved;
  }

  /** To be called before each change of the brain, once nothing is settling: what is solved on the side would be of the past. */
  #change(): void {
    this.#solve = null;
    if (this.#fresh !== null) this.#latest = this.#fresh;
    this.#fresh = null;
    this.#isStale = true;
  }

  addClasses(count: number): void {
    this.#parts.classSums.addClasses(count);
  }

  /** @param keys float32 [batch, inputDim] at unit length */
  learn(keys: Matrix, classes: Int32Array, mode: LearningMode): void {
    this.#change();
    const { kernel, classSums } = this.#parts;
    this.#add(kernel.features(keys), classes, new Uint8Array(classes.length).fill(contextOf(mode)), 1);
    if (classSums.samples >= Math.max(FIRST_SOLVED, GROWTH * this.#settled.samples)) this.#tries = TRIES.usual;
  }

  consolidate(): void {
    this.#change();
    if (this.#parts.classSums.samples > 0) this.#tries = TRIES.thorough;
  }

  /** Takes away samples that the memory had; of a class everything, but for what samples that the memory has let go added to `Σφφᵀ`. */
  forget(samples: Forgot["samples"], { keys, classes, contexts }: Remembered): void {
    this.#change();
    const { kernel, classSums } = this.#parts;
    if (samples.of === "all") {
      kernel.clear();
      for (const column of classSums.counts.keys()) classSums.clear(column);
    } else this.#add(kernel.features(keys), classes, contexts, -1);
    if (samples.of === "class") {
      for (let context = 0; context < CONTEXTS; context++) classSums.clear(columnOf(samples.classId, context));
    }
    this.#latest = null;
    this.#tries = TRIES.usual;
  }

  /**
   * Adds the sums of another readout of the same seed.
   * @param classOf the id that a class of the other's has here
   */
  join({ sums, classSums: arriving }: ArrivingSums, classOf: (classId: number) => number): void {
    this.#change();
    const { kernel, classSums } = this.#parts;
    kernel.addSums(sums);
    for (const [column, count] of arriving.counts.entries()) {
      const own = columnOf(classOf(Math.floor(column / CONTEXTS)), column % CONTEXTS);
      classSums.addSum(own, arriving.of(column), count);
    }
    if (classSums.samples > 0) this.#tries = TRIES.thorough;
  }

  #add(features: Int16Array, classes: Int32Array, contexts: Uint8Array, sign: 1 | -1): void {
    const { kernel, classSums } = this.#parts;
    const { width } = kernel;
    kernel.add(features, sign);
    classes.forEach((classId, row) => {
      const own = features.subarray(row * width, (row + 1) * width);
      classSums.add(columnOf(classId, contexts[row] ?? 0), own, sign);
    });
  }

  /** What a lesson would hear. @param keys float32 [batch, inputDim] at unit length */
  answer(keys: Matrix, ballots: readonly Ballot[]): Ballot[] {
    return this.#decide(this.#settled, keys, ballots);
  }

  /** What a prediction hears. @param keys float32 [batch, inputDim] at unit length */
  predict(keys: Matrix, ballots: readonly Ballot[]): Ballot[] {
    return this.#decide(this.#fresh ?? this.#latest ?? this.#settled, keys, ballots);
  }

  #decide(solved: Solved, keys: Matrix, ballots: readonly Ballot[]): Ballot[] {
    const { kernel, classSums } = this.#parts;
    const { width } = kernel;
    const features = kernel.features(keys);
    return ballots.map((ballot, row) =>
      decide(solved, classSums, ballot, features.subarray(row * width, (row + 1) * width)),
    );
  }

  /** Once nothing is settling. */
  get header(): ReadoutHeader {
    const { weights, ...numbers } = this.#settled;
    return { ...numbers, classes: weights.length / (CONTEXTS * this.#parts.kernel.width) };
  }

  /** Views, valid until the next change. */
  get tensors(): Tensors {
    const { kernel, classSums } = this.#parts;
    const { width } = kernel;
    const { counts } = classSums;
    const sums = kernel.sums();
    const words = WholeNumbers.zeros(counts.length);
    counts.forEach((count, column) => {
      words.set(column, count);
    });
    return {
      "readout.sums": f64(sums, sums.length),
      "readout.counts": u32(words.words, counts.length, 2),
      "readout.classSums": f64(classSums.sums, counts.length, width),
      "readout.weights": f32(this.#settled.weights, this.#settled.weights.length / width, width),
    };
  }
}
