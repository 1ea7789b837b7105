// The numerical library under a brain, as whole steps of its mathematics rather than single operators, so that each backend can do a
// step its own best way. Large arrays (synapses, memory keys) belong to the backend; small ones (per neuron, per sample) pass through.
// Invariants: a reading step (`forward`, `imagine`, `search`) changes nothing; a row's result is bit for bit the same alone and in any batch; of an
// array that `watch` names, no row changes unheard of. A watched array stays readable as it is once its kernel is disposed of.

import type { Matrix } from "../tensor/matrix.ts";
import type { Pace } from "../tensor/pace.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { HeldSamples } from "./held-samples.ts";
import type { SparseCodes } from "./sparse-code.ts";

export { HELD_SAMPLES, type HeldSamples, type Strided, type WeightColumns } from "./held-samples.ts";
export type { SparseCodes } from "./sparse-code.ts";
export { UNIT } from "./sums-features.ts";

export const BACKEND_NAMES = ["cpu", "tensorflow", "wasm", "reference"] as const;

export type BackendName = (typeof BACKEND_NAMES)[number];

/** What one layer did with one batch; `LayerKernel.learn` takes it back. */
export type LayerPass = {
  /** x̂, float32 [batch, inputDim]: the inputs at unit length. */
  readonly normalized: Matrix;
  /** int32 [batch, winners]: the neurons that fired, ascending in each row. */
  readonly winners: Int32Array;
  /** float32 [batch, winners]: their activations. */
  readonly activations: Float32Array;
  /** float32 [batch, inputDim]: x + gate · imagination. */
  readonly output: Matrix;
};

/** Everything a layer's kernel keeps, as plain arrays. */
export type LayerTensors = {
  /** float32 [hiddenDim, inputDim] */
  readonly encoder: Float32Array;
  /**
   * float32 [hiddenDim, inputDim]: the decoder transposed. Row j is as it was after plasticity step `decoderStep[j]`; while its encoder
   * row e rests, the tracking rule has the closed form `d(n) = e + (d(0) − e)·0.95ⁿ`.
   */
  readonly decoder: Float32Array;
  /** int32 [hiddenDim] */
  readonly decoderStep: Int32Array;
  /** Plasticity steps so far. */
  readonly steps: number;
};

/** The synapses of one plastic layer. */
export interface LayerKernel {
  /**
   * `h = x̂·Eᵀ · gain`, the `winners` largest of each row fire (ties: the lowest index), `output = x + gate · (a·Dᵀ)`.
   * @param x float32 [batch, inputDim]
   * @param gate how much of the imagination is added to the input; 0.01 in the seed
   */
  forward(x: Matrix, gain: number, gate: number): Promise<LayerPass>;
  /** What a pass of the present synapses recalled, before the gate: `a·Dᵀ`, float32 [batch, inputDim]. */
  imagine(pass: LayerPass): Promise<Matrix>;
  /**
   * One plasticity step: `E_j ← E_j + rate_j·((Σ_b a_bj r_b x̂_b)/(fires_j + 1e-6) − E_j)` for neurons that fired, where a row longer than
   * 1 is cut back to length 1 (the gain of panic would let it grow without end); then the decoder tracks the encoder: `D ← 0.95 D + 0.05 Eᵀ`.
   * @param reward float32 [batch]
   * @param rates float32 [hiddenDim], the learning rate of each neuron
   */
  learn(pass: LayerPass, reward: Float32Array, rates: Float32Array): Promise<void>;
  /**
   * Gives the neurons `rows` new encoder rows and a zero decoder (neurogenesis).
   * @param encoder float32 [rows.length, inputDim]
   */
  replaceRows(rows: Int32Array, encoder: Float32Array): Promise<void>;
  /** The kernel's arrays: views that are valid until the next `learn` or `replaceRows`. */
  tensors(): Promise<LayerTensors>;
  /** Tells `watcher` (null: nobody) of each row just before it is written. @returns the arrays of `tensors` that this is true of */
  watch(watcher: RowWatcher | null): readonly Float32Array[];
  dispose(): void;
}

/** The k most similar keys of each query, most similar first; where fewer are stored, k is that number. */
export type Neighbors = {
  readonly k: number;
  /** int32 [batch, k]: slots in the memory. */
  readonly slots: Int32Array;
  /** float32 [batch, k]: cosine similarities. */
  readonly similarities: Float32Array;
};

/** The keys of an episodic memory. */
export interface MemoryKernel {
  /**
   * Writes key i to slot `slots[i]`.
   * @param slots int32 [n], all different
   * @param keys float32 [n, inputDim] at unit length
   */
  write(slots: Int32Array, keys: Matrix): Promise<void>;
  /**
   * Copies the key of slot `from[i]` to slot `to[i]`.
   * @param from int32 [n]
   * @param to int32 [n], all different and none of them in `from`
   */
  move(from: Int32Array, to: Int32Array): Promise<void>;
  /**
   * Searches slots 0 to `stored`.
   * @param queries float32 [batch, inputDim] at unit length
   */
  search(queries: Matrix, stored: number, k: number): Promise<Neighbors>;
  /**
   * As `search`, each query among slots of its own alone: whoever has an idea where the neighbours are has them looked at exactly.
   * @param queries float32 [batch, inputDim] at unit length
   * @param slots int32 [k or more] for each query, ascending, all filled
   */
  searchAmong(queries: Matrix, slots: readonly Int32Array[], k: number): Promise<Neighbors>;
  /**
   * The keys of these slots: float32 [n, inputDim], the caller's own.
   * @param room float32 [n, inputDim] or more: the caller's, where they go
   */
  keysOf(slots: Int32Array, room?: Float32Array): Promise<Matrix>;
  /** float32 [stored, inputDim]: a view that is valid until the next `write` or `move`. */
  keys(stored: number): Promise<Matrix>;
  /** As `LayerKernel.watch`, of the array under `keys`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[];
  dispose(): void;
}

export type MemoryShape = { readonly capacity: number; readonly inputDim: number };

export type IndexProgress = {
  /** Stored keys that are in the index. */
  readonly indexed: number;
  /** Whether it lacks so few that searches use it. */
  readonly isReady: boolean;
};

/**
 * An approximate index of a memory's keys, for those who would rather have most of the nearest keys soon than all of them. It is no part
 * of any state, and what it finds depends on the order in which keys came: nothing that is learned may rest on it.
 */
export interface MemoryIndex {
  /** Takes note that the keys of these slots were written; also of those that the memory begins with. */
  touch(slots: Iterable<number>): void;
  /**
   * As `MemoryKernel.search`, but some of the k most similar keys may be missing, with the next ones in their place. The similarities are
   * exact. While much is not indexed yet all keys are searched.
   */
  search(queries: Matrix, stored: number, k: number): Promise<Neighbors>;
  progress(stored: number): IndexProgress;
  /** Whether `catchUp` has something to do. */
  isBehind(stored: number): boolean;
  /** Indexes the next few keys: some milliseconds' work. */
  catchUp(stored: number): Promise<void>;
}

export type LayerShape = {
  readonly inputDim: number;
  readonly hiddenDim: number;
  readonly winners: number;
};

export type BaseShape = {
  readonly inputDim: number;
  readonly hiddenDim: number;
  /** Neurons that an input draws, at least 2. */
  readonly winners: number;
};

/** The projection of a triarchic brain's sparse base. */
export interface BaseKernel {
  /**
   * `s = x·Pᵀ`; the `winners` largest of each row are drawn (ties: the lowest index) and fire by how far they exceed the weakest of them.
   * @param x float32 [batch, inputDim]
   */
  encode(x: Matrix): Promise<SparseCodes>;
  /** @param projection float32 [rows.length, inputDim]: the new rows of the neurons `rows` */
  replaceRows(rows: Int32Array, projection: Float32Array): Promise<void>;
  /** float32 [hiddenDim, inputDim]: a view that is valid until the next `replaceRows`. */
  projection(): Promise<Float32Array>;
  /** As `LayerKernel.watch`, of the projection. */
  watch(watcher: RowWatcher | null): readonly Float32Array[];
  dispose(): void;
}

export type SumsShape = {
  readonly inputDim: number;
  /** Random directions that a sample is held against beside its own features. */
  readonly expansion: number;
};

/** Rows that are reduced, or solved, at a time. */
export const SOLVED_TOGETHER = 16;

/** What an analytic readout adds up of its samples. All numbers are whole and all sums exact, so that no order of samples matters. */
export interface SumsKernel {
  /** Features of a sample: `inputDim + expansion + 1`. */
  readonly width: number;
  /**
   * @param keys float32 [batch, inputDim] at unit length
   * @returns int16 [batch, width]: key · 2¹², what each direction sees of it above 0, and 2¹²
   */
  features(keys: Matrix): Int16Array;
  /** float32 [HELD_SAMPLES, inputDim]: where keys at unit length are put that are to be held. Features are made there too. */
  readonly keyRoom: Float32Array;
  /**
   * Takes in the first keys of `keyRoom`, to be asked about them.
   * @throws RangeError for more than `HELD_SAMPLES`
   */
  hold(count: number): HeldSamples;
  /** Adds `sign · φφᵀ` of each sample. @param features int16 [batch, width] */
  add(features: Int16Array, sign: 1 | -1): void;
  /** float64 [width · (width + 1) / 2], the lower triangle row by row: a view that is valid until the next `add`. */
  sums(): Float64Array;
  /** Adds what another kernel of the same shape and directions has added up. @param sums float64, as `sums` */
  addSums(sums: Float64Array): void;
  /** Takes everything out. */
  clear(): void;
  /** float64, a triangle like `sums`: scratch for a factor L. */
  readonly factor: Float64Array;
  /** Adds `φφᵀ` of each sample to the triangle of the factor, and to no other. @param features int16 [batch, width] */
  addToFactor(features: Int16Array): void;
  /** float64 [SOLVED_TOGETHER, width]: scratch for right sides. */
  readonly right: Float64Array;
  /**
   * `x_j ← (x_j − Σ x_k L_jk) / L_jj`, j from `from` to `to` and k from `first` to j, for each of `SOLVED_TOGETHER` rows x that are finished before `from` and
   * zero before `first`: what makes rows of a factor, and what solves `Lx = b`.
   * @param top the rows are those of the factor from here on, `to` at most; null: the right sides
   * @param first even, as is `from`
   */
  reduce(top: number | null, first: number, from: number, to: number): void;
  /**
   * Finishes `SOLVED_TOGETHER` rows of the factor from `top` on, or as many as there are, that `reduce` has left at column `top`.
   * @param top a multiple of `SOLVED_TOGETHER`
   * @param leastPivot what the square of a pivot counts as where rounding has taken it below
   */
  complete(top: number, leastPivot: number): void;
  /** Solves `Lᵀx = z` for each of the right sides, in place. */
  backward(): void;
}

/** Hears of what is missing on this machine and done without. */
export type Warn = (message: string) => void;

export interface Backend {
  readonly name: BackendName;
  /** Rows of a piece of long work: fewer at a time would take longer in all. */
  readonly pieceRows: number;
  /**
   * @param tensors taken over: the caller does not use the arrays again
   * @param pace asked between small pieces of the work, where it is long
   */
  createLayer(shape: LayerShape, tensors: LayerTensors, pace?: Pace): Promise<LayerKernel>;
  /**
   * @param keys float32 [stored, inputDim] to begin with; taken over, without a copy where they fill the memory
   * @param pace as in `createLayer`
   */
  createMemory(capacity: number, inputDim: number, keys: Float32Array, pace?: Pace): Promise<MemoryKernel>;
  /** An empty index for the keys of `memory`; null where the library that makes them does not load. */
  createIndex(memory: MemoryKernel, shape: MemoryShape): Promise<MemoryIndex | null>;
  /**
   * @param projection float32 [hiddenDim, inputDim]; taken over
   * @param pace as in `createLayer`
   */
  createBase(shape: BaseShape, projection: Float32Array, pace?: Pace): Promise<BaseKernel>;
  /**
   * @param signs int8 [expansion, inputDim], 1 or −1: the directions
   * @param sums as `SumsKernel.sums`, to begin with
   */
  createSums(shape: SumsShape, signs: Int8Array, sums: Float64Array): Promise<SumsKernel>;
}
