// An analytic readout's sums in SIMD WebAssembly. Samples wait until there is a block of them, since a hundred and twenty cost little more than one.
// Invariant: what waits has one sign, and is added before anybody sees the sums; they are exact, so that nobody can tell when.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { piecesOf } from "../../tensor/pace.ts";
import { HELD_SAMPLES, type HeldSamples, SOLVED_TOGETHER, type SumsKernel, type SumsShape } from "../backend.ts";
import { seenScale, UNIT } from "../sums-features.ts";
import { doubles, floats, integers, type KernelModule, type Kernels, type Places, shorts } from "./kernels.ts";

/** As in assembly/sums.ts. */
const BLOCK = 120;
const VECTOR = 8;
const TILE = 4;
const DOUBLE_BYTES = 8;
const SHORT_BYTES = 2;
/** Columns of weights that score together. */
const SCORED = 64;
/** The kernel looks at four features at a time. */
const BEYOND = 3;

/** Of so many numbers whole vectors. */
const whole = (length: number): number => Math.ceil(length / VECTOR) * VECTOR;

const even = (length: number): number => 2 * Math.ceil(length / 2);
const tiled = (length: number): number => TILE * Math.ceil(length / TILE);

/** Samples whose features are made together, all that are held: their codes stay in the second cache. */
const ROWS = tiled(HELD_SAMPLES);

/** Numbers of a lower triangle of n rows. */
const triangle = (n: number): number => (n * (n + 1)) / 2;

type Sizes = {
  readonly sums: ReturnType<typeof doubles>;
  readonly block: ReturnType<typeof shorts>;
  readonly keys: ReturnType<typeof floats>;
  readonly codes: ReturnType<typeof shorts>;
  readonly signs: ReturnType<typeof shorts>;
  readonly products: ReturnType<typeof integers>;
  readonly seen: ReturnType<typeof shorts>;
  readonly samples: ReturnType<typeof shorts>;
  readonly weights: ReturnType<typeof floats>;
  readonly scores: ReturnType<typeof floats>;
  readonly alike: ReturnType<typeof integers>;
  readonly factor: ReturnType<typeof doubles>;
  readonly right: ReturnType<typeof doubles>;
};

export class CpuSums implements SumsKernel {
  readonly width: number;
  readonly #shape: SumsShape;
  /** Of codes and signs, whole vectors. */
  readonly #stride: number;
  /** Directions and what fills up a tile. */
  readonly #directions: number;
  readonly #kernels: Kernels;
  readonly #arrays: Places<Sizes>;
  /** What lies there. */
  #laid: { readonly weights: Float32Array; readonly from: number } | null = null;
  #waiting = 0;
  #sign: 1 | -1 = 1;

  constructor(shape: SumsShape, signs: Int8Array, sums: Float64Array, module: KernelModule) {
    const { inputDim, expansion } = shape;
    this.#shape = shape;
    this.width = inputDim + expansion + 1;
    this.#stride = whole(inputDim);
    this.#directions = tiled(expansion);
    const { kernels, arrays } = module.layOut({
      sums: doubles(sums.length),
      block: shorts((this.width + BEYOND) * BLOCK),
      keys: floats(ROWS * inputDim),
      codes: shorts(ROWS * this.#stride),
      signs: shorts(this.#directions * this.#stride),
      products: integers(ROWS * this.#directions),
      seen: shorts(ROWS * this.#directions),
      samples: shorts(ROWS * whole(this.width)),
      weights: floats(SCORED * whole(this.width)),
      scores: floats(ROWS * SCORED),
      alike: integers(ROWS * ROWS),
      factor: doubles(triangle(this.width + SOLVED_TOGETHER)),
      right: doubles(SOLVED_TOGETHER * this.width),
    });
    this.#kernels = kernels;
    this.#arrays = arrays;
    arrays.sums.view.set(sums);
    for (let row = 0; row < expansion; row++) {
      arrays.signs.view.set(signs.subarray(row * inputDim, (row + 1) * inputDim), row * this.#stride);
    }
  }

  features(keys: Matrix): Int16Array {
    const features = new Int16Array(keys.rows * this.width);
    for (const [from, to] of piecesOf(keys.rows, ROWS)) {
      this.#arrays.keys.view.set(rowsOf(keys, from, to).data);
      this.#makeFeatures(to - from, features.subarray(from * this.width), this.width);
    }
    return features;
  }

  /** Of the keys that are laid out. @param features int16 [rows, stride] */
  #makeFeatures(rows: number, features: Int16Array, stride: number): void {
    const { inputDim, expansion } = this.#shape;
    const { keys, codes, signs, products, seen } = this.#arrays;
    const kernels = this.#kernels;
    const coded = this.#stride;
    const directions = this.#directions;
    kernels.encodeKeys(keys.at, rows, inputDim, coded, codes.at);
    if (expansion > 0) {
      kernels.signProducts(codes.at, rows, coded, signs.at, directions, products.at);
      kernels.seeProducts(products.at, whole(rows * directions), seenScale(expansion), seen.at);
    }
    for (let row = 0; row < rows; row++) {
      const out = row * stride;
      features.set(codes.view.subarray(row * coded, row * coded + inputDim), out);
      if (expansion > 0) {
        features.set(seen.view.subarray(row * directions, row * directions + expansion), out + inputDim);
      }
      features[out + this.width - 1] = UNIT;
    }
  }

  hold(parts: readonly Matrix[]): HeldSamples {
    const { keys, samples } = this.#arrays;
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    if (rows > HELD_SAMPLES) throw new RangeError(`a kernel holds ${HELD_SAMPLES} samples at most, not ${rows}`);
    let at = 0;
    for (const { data } of parts) {
      keys.view.set(data, at);
      at += data.length;
    }
    this.#makeFeatures(rows, samples.view, whole(this.width));
    return {
      products: () => this.#products(rows),
      scores: (weights, from, to) => this.#scores(weights, from, to),
    };
  }

  #products(rows: number): Int32Array {
    const { codes, alike } = this.#arrays;
    const stride = tiled(rows);
    this.#kernels.multiplySamples(codes.at, stride, this.#stride, alike.at);
    const { view } = alike;
    const all = new Int32Array(rows * rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column <= row; column++) {
        const product = view[row * stride + column] ?? 0;
        all[row * rows + column] = product;
        all[column * rows + row] = product;
      }
    }
    return all;
  }

  #scores(weights: Float32Array, from: number, to: number): Float32Array {
    const { samples, weights: laid, scores } = this.#arrays;
    const stride = whole(this.width);
    const columns = weights.length / this.width;
    const all = new Float32Array((to - from) * columns);
    for (const [column, lastColumn] of piecesOf(columns, SCORED)) {
      this.#layWeights(weights, column, lastColumn);
      const scored = tiled(lastColumn - column);
      const at = samples.at + from * stride * SHORT_BYTES;
      this.#kernels.score(at, even(to - from), stride, laid.at, scored, scores.at);
      for (let row = 0; row < to - from; row++) {
        const own = scores.view.subarray(row * scored, row * scored + lastColumn - column);
        all.set(own, row * columns + column);
      }
    }
    return all;
  }

  /** Lays these columns out in rows of whole vectors, unless they are. */
  #layWeights(weights: Float32Array, from: number, to: number): void {
    if (this.#laid?.weights === weights && this.#laid.from === from) return;
    const { width } = this;
    for (let column = from; column < to; column++) {
      const own = weights.subarray(column * width, (column + 1) * width);
      this.#arrays.weights.view.set(own, (column - from) * whole(width));
    }
    this.#laid = { weights, from };
  }

  add(features: Int16Array, sign: 1 | -1): void {
    if (sign !== this.#sign) this.#flush();
    this.#sign = sign;
    const { width } = this;
    const block = this.#arrays.block.view;
    for (let at = 0; at < features.length; at += width) {
      for (let i = 0; i < width; i++) block[i * BLOCK + this.#waiting] = features[at + i] ?? 0;
      if (++this.#waiting === BLOCK) this.#flush();
    }
  }

  sums(): Float64Array {
    this.#flush();
    return this.#arrays.sums.view;
  }

  /** The rows beyond its last are zero, and stay so. */
  get factor(): Float64Array {
    const { sums, factor } = this.#arrays;
    return factor.view.subarray(0, sums.view.length);
  }

  get right(): Float64Array {
    return this.#arrays.right.view;
  }

  reduce(top: number | null, first: number, from: number, to: number): void {
    const { factor, right } = this.#arrays;
    const at = top === null ? right.at : factor.at + triangle(top) * DOUBLE_BYTES;
    const step = (top === null ? this.width : top + 1) * DOUBLE_BYTES;
    const growth = top === null ? 0 : DOUBLE_BYTES;
    this.#kernels.reduce(factor.at, at, step, growth, SOLVED_TOGETHER, first, from, to);
  }

  complete(top: number, leastPivot: number): void {
    this.#kernels.complete(this.#arrays.factor.at, top, Math.min(top + SOLVED_TOGETHER, this.width), leastPivot);
  }

  backward(): void {
    const { factor, right } = this.#arrays;
    this.#kernels.backward(factor.at, right.at, SOLVED_TOGETHER, this.width);
  }

  addSums(sums: Float64Array): void {
    const own = this.sums();
    for (let i = 0; i < own.length; i++) own[i] = (own[i] ?? 0) + (sums[i] ?? 0);
  }

  clear(): void {
    this.sums().fill(0);
  }

  #flush(): void {
    if (this.#waiting === 0) return;
    const { sums, block } = this.#arrays;
    this.#kernels.addOuter(sums.at, block.at, this.width, Math.ceil(this.#waiting / VECTOR), this.#sign);
    block.view.fill(0);
    this.#waiting = 0;
  }
}
