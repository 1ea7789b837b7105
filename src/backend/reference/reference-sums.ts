// An analytic readout's sums in plain TypeScript: the oracle of the SIMD kernels.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { HELD_SAMPLES, type HeldSamples, SOLVED_TOGETHER, type SumsKernel, type SumsShape } from "../backend.ts";
import { codeOf, productsOf, scoresOf, seen, seenScale, UNIT } from "../sums-features.ts";

const startOf = (row: number): number => (row * (row + 1)) / 2;

export class ReferenceSums implements SumsKernel {
  readonly width: number;
  readonly keyRoom: Float32Array;
  readonly factor: Float64Array;
  readonly right: Float64Array;
  readonly #shape: SumsShape;
  readonly #signs: Int8Array;
  readonly #sums: Float64Array;

  /** @param sums taken over */
  constructor(shape: SumsShape, signs: Int8Array, sums: Float64Array) {
    this.width = shape.inputDim + shape.expansion + 1;
    this.keyRoom = new Float32Array(HELD_SAMPLES * shape.inputDim);
    this.#shape = shape;
    this.#signs = signs;
    this.#sums = sums;
    this.factor = new Float64Array(sums.length);
    this.right = new Float64Array(SOLVED_TOGETHER * this.width);
  }

  features({ rows, data }: Matrix): Int16Array {
    const { inputDim, expansion } = this.#shape;
    const scale = seenScale(expansion);
    const features = new Int16Array(rows * this.width);
    for (let row = 0; row < rows; row++) {
      const out = features.subarray(row * this.width, (row + 1) * this.width);
      for (let i = 0; i < inputDim; i++) out[i] = codeOf(data[row * inputDim + i] ?? 0);
      for (let direction = 0; direction < expansion; direction++) {
        let product = 0;
        for (let i = 0; i < inputDim; i++) product += (this.#signs[direction * inputDim + i] ?? 0) * (out[i] ?? 0);
        out[inputDim + direction] = seen(product, scale);
      }
      out[this.width - 1] = UNIT;
    }
    return features;
  }

  hold(count: number): HeldSamples {
    if (count > HELD_SAMPLES) throw new RangeError(`a kernel holds ${HELD_SAMPLES} samples at most, not ${count}`);
    const { width } = this;
    const { inputDim } = this.#shape;
    const features = this.features(rowsOf({ rows: HELD_SAMPLES, cols: inputDim, data: this.keyRoom }, 0, count));
    return {
      products: () => productsOf(features, width, inputDim),
      scores: (columns, from, to) => scoresOf(features.subarray(from * width, to * width), columns, width),
    };
  }

  add(features: Int16Array, sign: 1 | -1): void {
    this.#addTo(this.#sums, features, sign);
  }

  addToFactor(features: Int16Array): void {
    this.#addTo(this.factor, features, 1);
  }

  #addTo(sums: Float64Array, features: Int16Array, sign: 1 | -1): void {
    const { width } = this;
    for (let at = 0; at < features.length; at += width) {
      let start = 0;
      for (let i = 0; i < width; i++) {
        const factor = sign * (features[at + i] ?? 0);
        for (let j = 0; j <= i; j++) sums[start + j] = (sums[start + j] ?? 0) + factor * (features[at + j] ?? 0);
        start += i + 1;
      }
    }
  }

  sums(): Float64Array {
    return this.#sums;
  }

  reduce(top: number | null, first: number, from: number, to: number): void {
    const { factor: l, right, width } = this;
    const rows = top === null ? SOLVED_TOGETHER : Math.min(SOLVED_TOGETHER, width - top);
    for (let row = 0; row < rows; row++) {
      const x = top === null ? right : l;
      const start = top === null ? row * width : startOf(top + row);
      for (let j = from; j < to; j++) x[start + j] = this.#left(x, start, first, j) / (l[startOf(j) + j] ?? 1);
    }
  }

  complete(top: number, leastPivot: number): void {
    const l = this.factor;
    for (let i = top; i < Math.min(top + SOLVED_TOGETHER, this.width); i++) {
      const start = startOf(i);
      for (let j = top; j < i; j++) l[start + j] = this.#left(l, start, 0, j) / (l[startOf(j) + j] ?? 1);
      l[start + i] = Math.sqrt(Math.max(this.#left(l, start, 0, i), leastPivot));
    }
  }

  /** `x_j − Σ x_k L_jk`, k from `first` to j, of the row that starts there. */
  #left(x: Float64Array, start: number, first: number, j: number): number {
    const y = startOf(j);
    let sum = 0;
    for (let k = first; k < j; k++) sum += (x[start + k] ?? 0) * (this.factor[y + k] ?? 0);
    return (x[start + j] ?? 0) - sum;
  }

  backward(): void {
    const { factor: l, right, width } = this;
    for (let row = 0; row < SOLVED_TOGETHER; row++) {
      const z = right.subarray(row * width, (row + 1) * width);
      for (let j = width - 1; j >= 0; j--) {
        const y = startOf(j);
        const value = (z[j] ?? 0) / (l[y + j] ?? 1);
        z[j] = value;
        for (let k = 0; k < j; k++) z[k] = (z[k] ?? 0) - (l[y + k] ?? 0) * value;
      }
    }
  }

  addSums(sums: Float64Array): void {
    const own = this.sums();
    for (let i = 0; i < own.length; i++) own[i] = (own[i] ?? 0) + (sums[i] ?? 0);
  }

  clear(): void {
    this.#sums.fill(0);
  }
}
