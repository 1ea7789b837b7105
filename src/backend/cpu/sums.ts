// An analytic readout's sums in SIMD WebAssembly. Samples wait until there is a block of them, since a hundred and twenty cost little more than one.
// Invariant: what waits has one sign, and is added before anybody sees the sums; they are exact, so that nobody can tell when.

import type { Matrix } from "../../tensor/matrix.ts";
import { type HeldSamples, SOLVED_TOGETHER, type SumsKernel, type SumsShape } from "../backend.ts";
import { CpuFeatures } from "./features.ts";
import { doubles, type KernelModule, type Kernels, type Places, shorts } from "./kernels.ts";

/** As in assembly/sums.ts. */
const BLOCK = 120;
const VECTOR = 8;
const DOUBLE_BYTES = 8;
/** The kernel looks at four features at a time. */
const BEYOND = 3;

/** Numbers of a lower triangle of n rows. */
const triangle = (n: number): number => (n * (n + 1)) / 2;

type Sizes = {
  readonly sums: ReturnType<typeof doubles>;
  readonly block: ReturnType<typeof shorts>;
  readonly factor: ReturnType<typeof doubles>;
  readonly right: ReturnType<typeof doubles>;
};

export class CpuSums implements SumsKernel {
  readonly #features: CpuFeatures;
  readonly #kernels: Kernels;
  readonly #arrays: Places<Sizes>;
  #waiting = 0;
  #sign: 1 | -1 = 1;

  constructor(shape: SumsShape, signs: Int8Array, sums: Float64Array, module: KernelModule) {
    this.#features = new CpuFeatures(shape, signs, module);
    const { kernels, arrays } = module.layOut({
      sums: doubles(sums.length),
      block: shorts((this.width + BEYOND) * BLOCK),
      factor: doubles(triangle(this.width + SOLVED_TOGETHER)),
      right: doubles(SOLVED_TOGETHER * this.width),
    });
    this.#kernels = kernels;
    this.#arrays = arrays;
    arrays.sums.view.set(sums);
  }

  get width(): number {
    return this.#features.width;
  }

  features(keys: Matrix): Int16Array {
    return this.#features.of(keys);
  }

  get keyRoom(): Float32Array {
    return this.#features.keyRoom;
  }

  hold(count: number): HeldSamples {
    return this.#features.hold(count);
  }

  add(features: Int16Array, sign: 1 | -1): void {
    if (sign !== this.#sign) this.#flush();
    this.#sign = sign;
    this.#lay(features, this.#arrays.sums.at);
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

  addToFactor(features: Int16Array): void {
    const { at } = this.#arrays.factor;
    this.#flush();
    this.#sign = 1;
    this.#lay(features, at);
    this.#flush(at);
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

  /** Lays samples beside those that wait. @param to where they are added as soon as there is a block of them */
  #lay(features: Int16Array, to: number): void {
    const { width } = this;
    const block = this.#arrays.block.view;
    for (let at = 0; at < features.length; at += width) {
      for (let i = 0; i < width; i++) block[i * BLOCK + this.#waiting] = features[at + i] ?? 0;
      if (++this.#waiting === BLOCK) this.#flush(to);
    }
  }

  #flush(to: number = this.#arrays.sums.at): void {
    if (this.#waiting === 0) return;
    const { block } = this.#arrays;
    this.#kernels.addOuter(to, block.at, this.width, Math.ceil(this.#waiting / VECTOR), this.#sign);
    block.view.fill(0);
    this.#waiting = 0;
  }
}
