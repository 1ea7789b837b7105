// Features of an analytic readout's samples in SIMD WebAssembly, in a memory of their own: made for whoever adds them up, or held and asked about.
// Invariant: what is beyond the width of a row of weights is zero, so that nothing that lies beyond that of a sample counts.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { piecesOf } from "../../tensor/pace.ts";
import { HELD_SAMPLES, type HeldSamples, type Strided, type SumsShape, type WeightColumns } from "../backend.ts";
import { seenScale } from "../sums-features.ts";
import { floats, integers, type KernelModule, type Kernels, type Places, shorts } from "./kernels.ts";

const VECTOR = 8;
const TILE = 4;
const SHORT_BYTES = 2;
/** Columns of weights that score together; neighbours are asked about fewer. */
const SCORED = 128;

/** Of so many numbers whole vectors. */
const whole = (length: number): number => Math.ceil(length / VECTOR) * VECTOR;

const even = (length: number): number => 2 * Math.ceil(length / 2);
const tiled = (length: number): number => TILE * Math.ceil(length / TILE);

/** Samples whose features are made together, all that are held: their codes stay in the second cache. */
const ROWS = tiled(HELD_SAMPLES);

type Sizes = {
  readonly keys: ReturnType<typeof floats>;
  readonly codes: ReturnType<typeof shorts>;
  readonly signs: ReturnType<typeof shorts>;
  readonly products: ReturnType<typeof integers>;
  readonly seen: ReturnType<typeof shorts>;
  readonly samples: ReturnType<typeof shorts>;
  readonly weights: ReturnType<typeof floats>;
  readonly scores: ReturnType<typeof floats>;
  readonly alike: ReturnType<typeof integers>;
};

export class CpuFeatures {
  /** Features of a sample. */
  readonly width: number;
  readonly #shape: SumsShape;
  /** Of codes and signs, whole vectors. */
  readonly #stride: number;
  /** Directions and what fills up a tile. */
  readonly #directions: number;
  readonly #kernels: Kernels;
  readonly #arrays: Places<Sizes>;
  /** What lies in `weights`. */
  #laid: { readonly columns: WeightColumns; readonly from: number } | null = null;

  /** @param signs int8 [expansion, inputDim] */
  constructor(shape: SumsShape, signs: Int8Array, module: KernelModule) {
    const { inputDim, expansion } = shape;
    this.#shape = shape;
    this.width = inputDim + expansion + 1;
    this.#stride = whole(inputDim);
    this.#directions = tiled(expansion);
    const { kernels, arrays } = module.layOut({
      keys: floats(ROWS * inputDim),
      codes: shorts(ROWS * this.#stride),
      signs: shorts(this.#directions * this.#stride),
      products: integers(ROWS * this.#directions),
      seen: shorts(ROWS * this.#directions),
      samples: shorts(ROWS * whole(this.width)),
      weights: floats(SCORED * whole(this.width)),
      scores: floats(ROWS * SCORED),
      alike: integers(ROWS * ROWS),
    });
    this.#kernels = kernels;
    this.#arrays = arrays;
    for (let row = 0; row < expansion; row++) {
      arrays.signs.view.set(signs.subarray(row * inputDim, (row + 1) * inputDim), row * this.#stride);
    }
  }

  /** See `SumsKernel.keyRoom`. */
  get keyRoom(): Float32Array {
    return this.#arrays.keys.view;
  }

  /** See `SumsKernel.features`. */
  of(keys: Matrix): Int16Array {
    const { width } = this;
    const { view } = this.#arrays.samples;
    const features = new Int16Array(keys.rows * width);
    for (const [from, to] of piecesOf(keys.rows, ROWS)) {
      this.keyRoom.set(rowsOf(keys, from, to).data);
      this.#make(to - from, width);
      features.set(view.subarray(0, (to - from) * width), from * width);
    }
    return features;
  }

  /** See `SumsKernel.hold`. */
  hold(count: number): HeldSamples {
    if (count > HELD_SAMPLES) throw new RangeError(`a kernel holds ${HELD_SAMPLES} samples at most, not ${count}`);
    this.#make(count, whole(this.width));
    return {
      products: () => this.#products(count),
      scores: (columns, from, to) => this.#scores(columns, from, to),
    };
  }

  /** Makes `samples` of the first `rows` of `keys`. @param stride of a sample */
  #make(rows: number, stride: number): void {
    const { inputDim, expansion } = this.#shape;
    const { keys, codes, signs, products, seen, samples } = this.#arrays;
    const kernels = this.#kernels;
    const coded = this.#stride;
    const directions = this.#directions;
    kernels.encodeKeys(keys.at, rows, inputDim, coded, codes.at);
    if (expansion > 0) {
      kernels.signProducts(codes.at, rows, coded, signs.at, directions, products.at);
      kernels.seeProducts(products.at, whole(rows * directions), seenScale(expansion), seen.at);
    }
    kernels.joinFeatures(codes.at, rows, coded, inputDim, seen.at, directions, expansion, samples.at, stride);
  }

  #products(rows: number): Strided<Int32Array> {
    const { codes, alike } = this.#arrays;
    const stride = tiled(rows);
    this.#kernels.multiplySamples(codes.at, rows, this.#stride, alike.at, stride);
    return { data: alike.view, stride };
  }

  #scores(columns: WeightColumns, from: number, to: number): Strided<Float32Array> {
    const count = columns.chosen.length;
    if (count <= SCORED) return this.#score(columns, 0, count, from, to);
    const all = new Float32Array((to - from) * count);
    for (const [first, end] of piecesOf(count, SCORED)) {
      const { data, stride } = this.#score(columns, first, end, from, to);
      for (let row = 0; row < to - from; row++) {
        all.set(data.subarray(row * stride, row * stride + end - first), row * count + first);
      }
    }
    return { data: all, stride: count };
  }

  /** Of the columns `first` to `end`, `SCORED` at most. */
  #score(columns: WeightColumns, first: number, end: number, from: number, to: number): Strided<Float32Array> {
    const { samples, weights, scores } = this.#arrays;
    this.#lay(columns, first, end);
    const stride = whole(this.width);
    const scored = tiled(end - first);
    const at = samples.at + from * stride * SHORT_BYTES;
    this.#kernels.score(at, even(to - from), stride, weights.at, scored, scores.at);
    return { data: scores.view, stride: scored };
  }

  /** Lays these columns out in rows of whole vectors, unless they are. */
  #lay(columns: WeightColumns, from: number, to: number): void {
    if (this.#laid?.columns === columns && this.#laid.from === from) return;
    const { width } = this;
    const { view } = this.#arrays.weights;
    for (const [row, column] of columns.chosen.slice(from, to).entries()) {
      view.set(columns.weights.subarray(column * width, (column + 1) * width), row * whole(width));
    }
    this.#laid = { columns, from };
  }
}
