// Takes a state's tensors, each checked. Invariant: what was taken has the name, type, shape and range that its taker asked for.

import { type Pace, type Pieces, paced, piecesOf, unpaced } from "../tensor/pace.ts";
import type { Tensor, Tensors } from "../tensor/safetensors.ts";
import { WholeNumbers } from "../tensor/whole-numbers.ts";
import { StateError } from "./header-fields.ts";

/** Takes tensors by name, type, shape and range; what nobody took is a mistake, too. */
export class TensorReader {
  readonly #tensors: Tensors;
  readonly #pace: Pace;

  /**
   * @param tensors those that are taken go from here, so that a brain which has made its own of one does not keep it twice
   * @param pace asked between pieces of long checks
   */
  constructor(tensors: Tensors, pace: Pace = unpaced) {
    this.#tensors = tensors;
    this.#pace = pace;
  }

  /** Finite float32 numbers of this shape, as a view. */
  async floats(name: string, shape: readonly number[]): Promise<Float32Array> {
    const { data } = this.#take(name, shape);
    if (!(data instanceof Float32Array)) throw new StateError(`${name} is not F32`);
    if (!(await paced(isFinite32(data), this.#pace))) throw new StateError(`${name} has numbers that are not finite`);
    return data;
  }

  /** Finite float64 numbers of this shape, as a view. */
  doubles(name: string, shape: readonly number[]): Float64Array {
    const { data } = this.#take(name, shape);
    if (!(data instanceof Float64Array)) throw new StateError(`${name} is not F64`);
    if (!data.every(Number.isFinite)) throw new StateError(`${name} has numbers that are not finite`);
    return data;
  }

  /** int32 numbers from `least` to `most` of this shape, as a view. */
  ints(name: string, shape: readonly number[], least: number, most: number): Int32Array {
    const { data } = this.#take(name, shape);
    if (!(data instanceof Int32Array)) throw new StateError(`${name} is not I32`);
    if (!data.every((value) => value >= least && value <= most)) {
      throw new StateError(`${name} has numbers outside ${least} to ${most}`);
    }
    return data;
  }

  /** Whole numbers below 2⁵³, each as two words, as a view. */
  wholes(name: string, length: number): WholeNumbers {
    const { data } = this.#take(name, [length, 2]);
    if (!(data instanceof Uint32Array)) throw new StateError(`${name} is not U32`);
    if (!data.every((word, i) => i % 2 === 0 || word < 2 ** 21))
      throw new StateError(`${name} has numbers of 2⁵³ or more`);
    return new WholeNumbers(data);
  }

  /** Whether the state has it: some tensors are younger than the first states. */
  has(name: string): boolean {
    return Object.hasOwn(this.#tensors, name);
  }

  finish(): void {
    const left = Object.keys(this.#tensors);
    if (left.length > 0) throw new StateError(`unknown tensors: ${left.join(", ")}`);
  }

  #take(name: string, shape: readonly number[]): Tensor {
    const tensor = this.#tensors[name];
    if (tensor === undefined) throw new StateError(`${name} is missing`);
    if (tensor.shape.join() !== shape.join() || tensor.data.length !== shape.reduce((a, b) => a * b, 1)) {
      throw new StateError(`${name} has shape [${tensor.shape}], the header needs [${shape}]`);
    }
    Reflect.deleteProperty(this.#tensors, name);
    return tensor;
  }
}

/** `0 · x` is 0 for every finite x and NaN for all others: one sum finds them without a branch per number. */
function* isFinite32(data: Float32Array): Pieces<boolean> {
  let sum = 0;
  for (const [from, to] of piecesOf(data.length)) {
    for (let i = from; i < to; i++) sum += 0 * (data[i] ?? 0);
    yield;
  }
  return sum === 0;
}
