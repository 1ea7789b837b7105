// An analytic readout's sums in SIMD WebAssembly. Samples wait until there is a block of them, since a hundred and twenty cost little more than one.
// Invariant: what waits has one sign, and is added before anybody sees the sums; they are exact, so that nobody can tell when.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
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
/** The kernel looks at four features at a time. */
const BEYOND = 3;

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
    this.#stride = Math.ceil(inputDim / VECTOR) * VECTOR;
    this.#directions = Math.ceil(expansion / TILE) * TILE;
    const { kernels, arrays } = module.layOut({
      sums: doubles(sums.length),
      block: shorts((this.width + BEYOND) * BLOCK),
      keys: floats(ROWS * inputDim),
      codes: shorts(ROWS * this.#stride),
      signs: shorts(this.#directions * this.#stride),
      products: integers(ROWS * this.#directions),
      seen: shorts(ROWS * this.#directions),
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
    kernels.seeProducts(products.at, Math.ceil((rows * directions) / VECTOR) * VECTOR, seenScale(expansion), seen.at);
    for (let row = 0; row < rows; row++) {
      const out = row * this.width;
      features.set(codes.view.subarray(row * stride, row * stride + inputDim), out);
      features.set(seen.view.subarray(row * directions, row * directions + expansion), out + inputDim);
      features[out + this.width - 1] = UNIT;
    }
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
