// Arrays of a brain's state as they are at one moment, while the brain goes on. What it tells of before it writes it (`Brain.watch`) is kept row by
// row when it is about to change; everything else, small, is copied at once.

import { bytesOf, type Tensor, type Tensors } from "../tensor/safetensors.ts";
import { KeptRows } from "./kept-rows.ts";

export type FrozenTensor = {
  readonly byteLength: number;
  /** Writes bytes `from`, `from + 1`, … to the whole of `target`. */
  copyTo(target: Uint8Array, from: number): void;
};

export class FrozenTensors {
  readonly #tensors = new Map<string, FrozenTensor>();
  readonly #watched = new Map<Float32Array, KeptRows>();

  /** @param watched the arrays of whose rows `keep` is told before they are written, from now on; tensors on other arrays are copied */
  constructor(tensors: Tensors, watched: readonly Float32Array[]) {
    for (const [name, tensor] of Object.entries(tensors)) {
      const array = watched.find((candidate) => isStartOf(tensor, candidate));
      if (array === undefined || !(tensor.data instanceof Float32Array)) {
        this.#tensors.set(name, copyOf(bytesOf(tensor.data)));
      } else {
        const rows = new KeptRows(tensor.data, tensor.shape.at(-1) ?? 1);
        this.#tensors.set(name, rows);
        this.#watched.set(array, rows);
      }
    }
  }

  /** In the order in which they were given. */
  get all(): readonly FrozenTensor[] {
    return [...this.#tensors.values()];
  }

  /** @throws RangeError where there is none of that name */
  get(name: string): FrozenTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new RangeError(`there is no tensor ${name}`);
    return tensor;
  }

  /** Keeps a row of a watched array as it is now; arrays that the state does not have are none of its business. */
  keep(data: Float32Array, row: number): void {
    this.#watched.get(data)?.keep(row);
  }
}

function copyOf(bytes: Uint8Array): FrozenTensor {
  const copy = bytes.slice();
  return {
    byteLength: copy.byteLength,
    copyTo: (target, from) => target.set(copy.subarray(from, from + target.byteLength)),
  };
}

/** Whether the tensor is the first rows of `array`. */
const isStartOf = ({ data }: Tensor, array: Float32Array): boolean =>
  data.buffer === array.buffer && data.byteOffset === array.byteOffset;
