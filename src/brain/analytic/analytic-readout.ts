// The slow core of a plastic brain: sums of what it was ever taught, from which a ridge regression is solved when there is time. One sample or a million, in
// this order or that, in one call or many: the sums are the same to the bit, and what is taken away leaves nothing behind.
// Invariants: `settled` is a function of the events alone, and all that is learned or measured rests on it; `fresh`, which only predictions
// use, is solved while nothing else is to do, from the same sums.

import type { SumsKernel } from "../../backend/backend.ts";
import type { Matrix } from "../../tensor/matrix.ts";
import { f32, f64, type Tensors, u32 } from "../../tensor/safetensors.ts";
import { WholeNumbers } from "../../tensor/whole-numbers.ts";
import type { Ballot } from "../ballot.ts";
import type { ReadoutName } from "../config.ts";
import type { EpisodicMemory, Remembered } from "../episodic-memory.ts";
import type { Forgot } from "../events.ts";
import { type ClassSums, CONTEXTS, columnOf } from "./class-sums.ts";
import { Core } from "./core.ts";
import { opinionsOf } from "./opinion.ts";
import { type Effort, Solve } from "./solve.ts";
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

/** Solved again by itself when there are half as many samples more: what changes in between the memory tells. */
const GROWTH = 1.5;
/** Not solved by itself before there are so many: a few samples leave nearly all of the weights as they were. */
const FIRST_SOLVED = 16;
const FIRST_SOLVED_PER_FEATURE = 1 / 8;
/** Of a solving at a consolidation, of one that is due for another reason, and of one that nobody waits for. */
const EFFORTS = {
  thorough: { tries: 6, probes: 1024 },
  usual: { tries: 1, probes: 256 },
  idle: { tries: 0, probes: 256 },
} as const satisfies Record<string, Effort>;

/** How often so many samples have doubled since they were enough to be solved for. */
const doublings = (samples: number): number =>
  samples < FIRST_SOLVED ? 0 : 1 + Math.floor(Math.log2(samples / FIRST_SOLVED));

export class AnalyticReadout {
  readonly #parts: ReadoutParts;
  #settled: Solved;
  /** Of the present sums; null where there is none yet. */
  #fresh: Solved | null = null;
  /** Of sums a little older, for as long as nothing newer was settled. */
  #latest: Solved | null = null;
  /** Whose core answered last. */
  #speaking: { readonly solved: Solved; readonly core: Core } | null = null;
  /** What is solved now, and whether the next event waits for it. */
  #solve: Solve | null = null;
  #due: Effort | null = null;

  constructor(parts: ReadoutParts) {
    this.#parts = parts;
    this.#settled = parts.settled;
  }

  /** Whether a solving is due that the next event waits for. */
  get isSettling(): boolean {
    return this.#due !== null;
  }

  /** Does a piece of it. */
  async settle(): Promise<void> {
    const solved = await this.#step(this.#due ?? EFFORTS.idle);
    if (solved === null) return;
    this.#settled = solved;
    this.#fresh = null;
    this.#latest = null;
    this.#due = null;
  }

  /** Whether predictions could know more. */
  get isBehind(): boolean {
    return this.#fresh === null && !this.isSettling && this.#isStale;
  }

  /** Whether the sums are not those that `settled` is of: only lessons leave it behind, and each makes them of more samples. */
  get #isStale(): boolean {
    return this.#parts.classSums.samples !== this.#settled.samples;
  }

  /** Does a piece of what they could know. */
  async catchUp(): Promise<void> {
    this.#fresh = await this.#step(EFFORTS.idle);
  }

  async #step(effort: Effort): Promise<Solved | null> {
    const { kernel, classSums, memory, name } = this.#parts;
    this.#solve ??= new Solve({
      kernel,
      classSums,
      memory,
      exponent: this.#settled.exponent,
      effort,
      usesMemory: name === "blend",
    });
    const solved = await this.#solve.step();
    if (solved !== null) this.#solve = null;
    return solved;
  }

  /** To be called before each change of the brain, once nothing is settling: what is solved on the side would be of the past. */
  #change(): void {
    this.#solve = null;
    this.#speaking = null;
    if (this.#fresh !== null) this.#latest = this.#fresh;
    this.#fresh = null;
  }

  addClasses(count: number): void {
    this.#parts.classSums.addClasses(count);
  }

  /** See `Solved`: lessons go by it too. */
  get refuted(): readonly number[] {
    return this.#settled.refuted;
  }

  /** @param keys float32 [batch, inputDim] at unit length @param contexts see `contextsOf` */
  learn(keys: Matrix, classes: Int32Array, contexts: Uint8Array): void {
    this.#change();
    const { kernel, classSums } = this.#parts;
    const before = classSums.samplesIn(1);
    this.#add(kernel.features(keys), classes, contexts, 1);
    // A panic is short: it is solved for by its own samples, however many came before it.
    if (doublings(classSums.samplesIn(1)) > doublings(before)) this.#due = EFFORTS.usual;
    const first = Math.max(FIRST_SOLVED, FIRST_SOLVED_PER_FEATURE * kernel.width);
    if (classSums.samples >= Math.max(first, GROWTH * this.#settled.samples)) this.#due = EFFORTS.usual;
  }

  /** To be called when samples have other neighbours from now on. */
  askAnew(): void {
    this.#change();
  }

  consolidate(): void {
    this.#change();
    if (this.#parts.classSums.samples > 0) this.#due = EFFORTS.thorough;
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
    this.#due = EFFORTS.usual;
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
    if (classSums.samples > 0) this.#due = EFFORTS.thorough;
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
  answer(keys: Matrix, ballots: readonly Ballot[]): Promise<Ballot[]> {
    return this.#decide(this.#settled, keys, ballots);
  }

  /** What a prediction hears. @param keys float32 [batch, inputDim] at unit length */
  predict(keys: Matrix, ballots: readonly Ballot[]): Promise<Ballot[]> {
    return this.#decide(this.#fresh ?? this.#latest ?? this.#settled, keys, ballots);
  }

  async #decide(solved: Solved, keys: Matrix, ballots: readonly Ballot[]): Promise<Ballot[]> {
    const { kernel, classSums, memory, name } = this.#parts;
    if (this.#speaking?.solved !== solved) {
      this.#speaking = { solved, core: new Core(classSums, solved.weights, solved.refuted) };
    }
    const { core } = this.#speaking;
    const opinions = await opinionsOf({ kernel, core, memory }, keys, ballots, name === "blend");
    return opinions.map((opinion) => decide(solved, opinion));
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
