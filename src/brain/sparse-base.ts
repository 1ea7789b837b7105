// The base of a triarchic brain: neurons whose rows are past inputs. An input draws its nearest neurons; an input that none is near to
// takes the place of the neuron that has been of least use. Invariant: encoding changes nothing; utilities are finite and not negative.

import type { BaseKernel, SparseCodes } from "../backend/backend.ts";
import { type Matrix, unitRows } from "../tensor/matrix.ts";
import { f32, type Tensors } from "../tensor/safetensors.ts";
import { lengthOf, toUnitLength } from "../tensor/vector.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { TriarchicConfig } from "./config.ts";
import type { Random } from "./random.ts";

/** The utility of a neuron that was just born, the seed's. */
const NEWBORN_UTILITY = 1;

/** How much chance there is in the choice of victims: lets neurons of equal utility take turns. The seed's. */
const NOISE = 0.01;

export type Growth = {
  readonly codes: SparseCodes;
  /** int32 [born]: the neurons that were born again, each in the row of a novel input. */
  readonly born: Int32Array;
  /** float32 [batch]: each input's best similarity before anything was born. */
  readonly best: Float32Array;
};

export class SparseBase {
  readonly #config: TriarchicConfig;
  readonly #kernel: BaseKernel;
  /** float32 [hiddenDim] */
  readonly #utility: Float32Array;
  #recycled: number;

  constructor(config: TriarchicConfig, kernel: BaseKernel, utility: Float32Array, recycled: number) {
    this.#config = config;
    this.#kernel = kernel;
    this.#utility = utility;
    this.#recycled = recycled;
  }

  /** Neurons born again so far. */
  get recycled(): number {
    return this.#recycled;
  }

  /** @param inputs float32 [batch, inputDim] */
  encode(inputs: Matrix): Promise<SparseCodes> {
    return this.#kernel.encode(this.#seen(inputs));
  }

  /** Makes room for the novel inputs of a batch, then encodes it and counts who fired: `u ← decay · u + fired`. */
  async grow(inputs: Matrix, random: Random): Promise<Growth> {
    const rows = this.#seen(inputs);
    const before = await this.#kernel.encode(rows);
    const born = await this.#replace(rows, before, random);
    const codes = born.length === 0 ? before : await this.#kernel.encode(rows);
    this.#countFirings(codes);
    return { codes, born, best: before.best };
  }

  /** Inputs of every length look alike, but not under the seed's rules, where long ones are near to everything. */
  #seen(inputs: Matrix): Matrix {
    return this.#config.rules === "seed" ? shortened(inputs) : unitRows(inputs);
  }

  async #replace(rows: Matrix, { best }: SparseCodes, random: Random): Promise<Int32Array> {
    const { hiddenDim, inputDim, noveltyThreshold } = this.#config;
    const novel: number[] = [];
    best.forEach((similarity, row) => {
      if (similarity < noveltyThreshold && novel.length < hiddenDim) novel.push(row);
    });
    if (novel.length === 0) return new Int32Array(0);
    const victims = leastUseful(this.#utility, novel.length, random);
    const fresh = new Float32Array(novel.length * inputDim);
    novel.forEach((row, i) => {
      fresh.set(rows.data.subarray(row * inputDim, (row + 1) * inputDim), i * inputDim);
    });
    await this.#kernel.replaceRows(victims, fresh);
    for (const neuron of victims) this.#utility[neuron] = NEWBORN_UTILITY;
    this.#recycled += novel.length;
    return victims;
  }

  #countFirings({ winners, activations }: SparseCodes): void {
    const { utilityDecay } = this.#config;
    const utility = this.#utility;
    const fired = new Set(winners.filter((_, i) => (activations[i] ?? 0) > 0));
    for (let neuron = 0; neuron < utility.length; neuron++) {
      utility[neuron] = utilityDecay * (utility[neuron] ?? 0) + (fired.has(neuron) ? 1 : 0);
    }
  }

  async tensors(): Promise<Tensors> {
    const { hiddenDim, inputDim } = this.#config;
    const projection = await this.#kernel.projection();
    return { projection: f32(projection, hiddenDim, inputDim), utility: f32(this.#utility, hiddenDim) };
  }

  /** See `Brain.watch`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#kernel.watch(watcher);
  }

  dispose(): void {
    this.#kernel.dispose();
  }
}

/** Inner products of longer rows would leave float32. */
const LONGEST = 1e15;

/** The rows themselves, but those that are too long for float32 arithmetic brought to length 1. */
function shortened(inputs: Matrix): Matrix {
  const { rows, cols, data } = inputs;
  const isLong = (row: number): boolean => lengthOf(data, row * cols, cols) > LONGEST;
  const long = Array.from({ length: rows }, (_, row) => row).filter(isLong);
  if (long.length === 0) return inputs;
  const copy = { ...inputs, data: data.slice() };
  for (const row of long) toUnitLength(copy.data, row * cols, data, row * cols, cols);
  return copy;
}

/** @returns the `count` neurons of least utility plus noise, the least useful first: int32 [count] */
function leastUseful(utility: Float32Array, count: number, random: Random): Int32Array {
  const noisy = utility.map((value) => value + NOISE * random.uniform());
  const order = Int32Array.from(noisy.keys()).sort((a, b) => (noisy[a] ?? 0) - (noisy[b] ?? 0) || a - b);
  return order.slice(0, count);
}
