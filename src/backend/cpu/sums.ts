// An analytic readout's sums in SIMD WebAssembly. Samples wait until there is a block of them, since a hundred and twenty cost little more than one.
// Invariant: what waits has one sign, and is added before anybody sees the sums; they are exact, so that nobody can tell when.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { piecesOf } from "../../tensor/pace.ts";
import { SOLVED_TOGETHER, type SumsKernel, type SumsShape } from "../backend.ts";
import { seenScale, UNIT } from "../sums-features.ts";
import { doubles, floats, integers, type KernelModule, type Kernels, type Places, shorts } from "./kernels.ts";

/** As in assembly/sums.ts. */
const BLOCK = 120;
/** Samples whose features are made together: their codes stay in the second cache. */
const ROWS = 64;
const VECTOR = 8;
const TILE = 4;
const DOUBLE_BYTES = 8;
const SHORT_BYTES = 2;
/** Columns of weights that score together. */
const SCORED = 64;
/** Samples that are multiplied by as many. */
const GROUP = 32;
/** The kernel looks at four features at a time. */
const BEYOND = 3;

/** Of so many numbers whole vectors. */
const whole = (length: number): number => Math.ceil(length / VECTOR) * VECTOR;

const even = (length: number): number => 2 * Math.ceil(length / 2);
const tiled = (length: number): number => TILE * Math.ceil(length / TILE);

/** Copies rows of `width` numbers into rows of whole vectors. */
function lay<T extends Int16Array | Float32Array>(rows: T, width: number, view: T): void {
  const stride = whole(width);
  for (let row = 0; row * width < rows.length; row++) {
    view.set(rows.subarray(row * width, (row + 1) * width), row * stride);
  }
}

/** Copies the keys' part of features of `width` numbers into rows of whole vectors. */
function layKeys(features: Int16Array, width: number, dim: number, view: Int16Array): void {
  const stride = whole(dim);
  for (let row = 0; row * width < features.length; row++) {
    view.set(features.subarray(row * width, row * width + dim), row * stride);
  }
}

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
      alike: integers(GROUP * GROUP),
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
    for (let from = 0; from < keys.rows; from += ROWS) {
      this.#featuresOf(rowsOf(keys, from, Math.min(from + ROWS, keys.rows)), features.subarray(from * this.width));
    }
    return features;
  }

  #featuresOf({ rows, data }: Matrix, features: Int16Array): void {
    const { inputDim, expansion } = this.#shape;
    const { keys, codes, signs, products, seen } = this.#arrays;
    const kernels = this.#kernels;
    const stride = this.#stride;
    const directions = this.#directions;
    keys.view.set(data);
    kernels.encodeKeys(keys.at, rows, inputDim, stride, codes.at);
    kernels.signProducts(codes.at, rows, stride, signs.at, directions, products.at);
    kernels.seeProducts(products.at, whole(rows * directions), seenScale(expansion), seen.at);
    for (let row = 0; row < rows; row++) {
      const out = row * this.width;
      features.set(codes.view.subarray(row * stride, row * stride + inputDim), out);
      features.set(seen.view.subarray(row * directions, row * directions + expansion), out + inputDim);
      features[out + this.width - 1] = UNIT;
    }
  }

  scores(features: Int16Array, weights: Float32Array): Float32Array {
    const rows = features.length / this.width;
    const columns = weights.length / this.width;
    const all = new Float32Array(rows * columns);
    for (const [column, lastColumn] of piecesOf(columns, SCORED)) {
      lay(weights.subarray(column * this.width, lastColumn * this.width), this.width, this.#arrays.weights.view);
      for (const [row, lastRow] of piecesOf(rows, ROWS)) {
        lay(features.subarray(row * this.width, lastRow * this.width), this.width, this.#arrays.samples.view);
        this.#score(lastRow - row, lastColumn - column, all.subarray(row * columns + column), columns);
      }
    }
    return all;
  }

  /** The scores of the samples and weights that are laid out, the first `columns` of each `width` numbers of `all`. */
  #score(rows: number, columns: number, all: Float32Array, width: number): void {
    const { samples, weights, scores } = this.#arrays;
    const scored = tiled(columns);
    this.#kernels.score(samples.at, even(rows), whole(this.width), weights.at, scored, scores.at);
    for (let row = 0; row < rows; row++) {
      all.set(scores.view.subarray(row * scored, row * scored + columns), row * width);
    }
  }

  products(features: Int16Array): Int32Array {
    const { width } = this;
    const rows = features.length / width;
    const all = new Int32Array(rows * rows);
    const group = (from: number) => features.subarray(from * width, (from + GROUP) * width);
    for (let i = 0; i < rows; i += GROUP) {
      for (let j = 0; j <= i; j += GROUP) {
        const products = this.#multiply(group(j), group(i));
        for (let row = i; row < Math.min(i + GROUP, rows); row++) {
          for (let column = j; column <= Math.min(j + GROUP - 1, row); column++) {
            const product = products[(row - i) * GROUP + column - j] ?? 0;
            all[row * rows + column] = product;
            all[column * rows + row] = product;
          }
        }
      }
    }
    return all;
  }

  /** @param columns int16 [32 or fewer, width] as are the rows @returns a view: int32 [32, 32] */
  #multiply(columns: Int16Array, rows: Int16Array): Int32Array {
    const { inputDim } = this.#shape;
    const { codes, alike } = this.#arrays;
    const stride = this.#stride;
    layKeys(columns, this.width, inputDim, codes.view);
    layKeys(rows, this.width, inputDim, codes.view.subarray(GROUP * stride));
    const others = tiled(columns.length / this.width);
    const at = codes.at + GROUP * stride * SHORT_BYTES;
    this.#kernels.multiplySamples(at, even(rows.length / this.width), codes.at, others, stride, alike.at);
    return alike.view;
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
