// Which keys of a large memory a search for one query need not look at. An int8 copy of the keys, a quarter of their bytes, gives each
// similarity to within a bound that is known per key: those whose upper bound is below the k-th largest lower bound cannot be among the k
// most similar. Invariant: no key that belongs to the answer is left out, whatever the keys are; every write reaches the copy.

import { floats, integers, type KernelModule, type Kernels, type Places } from "./kernels.ts";

/** Beyond, the keys are too alike for the screen to be worth it. */
const MOST_CANDIDATES = 2048;

const VECTOR_BYTES = 16;
const CODE_MAX = 127;
const INT16_MAX = 2 ** 15 - 1;
const INT32_MAX = 2 ** 31 - 1;

/** Of float32: twice the largest relative error of one rounding. */
const EPSILON = 2 ** -23;

const sizesOf = (capacity: number, dim: number, stride: number) => ({
  codes: integers((capacity * stride) / 4),
  scales: floats(capacity),
  errors: floats(capacity),
  row: floats(dim),
  query: integers(stride / 2),
  bounds: integers(3 * (capacity + 3)),
  slots: integers(MOST_CANDIDATES),
});

export class KeyScreen {
  readonly #dim: number;
  /** Bytes of a key's copy. */
  readonly #stride: number;
  readonly #kernels: Kernels;
  readonly #arrays: Places<ReturnType<typeof sizesOf>>;
  readonly #query: Int16Array;

  /** @throws RangeError when so many keys do not fit one memory */
  constructor(capacity: number, dim: number, module: KernelModule) {
    this.#dim = dim;
    this.#stride = Math.ceil(dim / VECTOR_BYTES) * VECTOR_BYTES;
    const { kernels, arrays } = module.layOut(sizesOf(capacity, dim, this.#stride));
    this.#kernels = kernels;
    this.#arrays = arrays;
    const { buffer, byteOffset } = arrays.query.view;
    this.#query = new Int16Array(buffer, byteOffset, this.#stride);
  }

  /** @param key float32 [dim] */
  write(slot: number, key: Float32Array): void {
    const { codes, scales, errors, row } = this.#arrays;
    row.view.set(key);
    const code = codes.at + slot * this.#stride;
    this.#kernels.quantize(row.at, this.#dim, code, this.#stride, scales.at + 4 * slot, errors.at + 4 * slot);
  }

  /**
   * The slots, ascending, of all keys that may be among the k most similar of the first n; null when they are too many.
   * @param query float32 [dim]
   */
  candidates(query: Float32Array, n: number, k: number): Int32Array | null {
    const { codes, scales, errors, bounds, slots, query: at } = this.#arrays;
    const { unit, length, error } = this.#quantizeQuery(query);
    // |q·k − q̃·k̃| ≤ ‖q‖·‖k − k̃‖ + ‖q − q̃‖·‖k̃‖, and the rounding of float32 sums over dim numbers; ‖k̃‖ is below 1.1.
    const slack = 1.1 * error + 2 * this.#dim * EPSILON * length;
    const count = this.#kernels.screen(
      ...([at.at, unit, length, slack, codes.at, this.#stride, scales.at, errors.at] as const),
      ...([n, k, bounds.at, slots.at, MOST_CANDIDATES] as const),
    );
    return count > MOST_CANDIDATES ? null : slots.view.subarray(0, count);
  }

  /** Writes the query as int16, as fine as sums over its length stay within int32. */
  #quantizeQuery(query: Float32Array): { readonly unit: number; readonly length: number; readonly error: number } {
    const most = Math.min(INT16_MAX, Math.floor(INT32_MAX / (CODE_MAX * this.#stride)));
    const largest = query.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const unit = Math.fround(largest / most);
    let length = 0;
    let error = 0;
    for (let i = 0; i < this.#dim; i++) {
      const value = query[i] ?? 0;
      const code = unit > 0 ? Math.max(-most, Math.min(most, Math.round(value / unit))) : 0;
      this.#query[i] = code;
      length += value ** 2;
      error += (value - unit * code) ** 2;
    }
    return { unit, length: Math.sqrt(length), error: Math.sqrt(error) };
  }
}
