// A state on its way into a host: the bytes of a safetensors file. Each tensor's bytes go straight to the array that the brain will own, so
// that a load takes the memory of one state. Invariant: no more is taken in than the file's length said.

import type { BrainState } from "../brain/brain.ts";
import { decodeHeader } from "../brain/state.ts";
import {
  bytesOf,
  decodeTable,
  emptyTensor,
  headerLength,
  type Metadata,
  PREFIX_BYTES,
  SafetensorsError,
  type Tensors,
} from "../tensor/safetensors.ts";

export class ArrivingState {
  readonly seq: number;
  readonly #byteLength: number;
  #metadata: Metadata | null = null;
  #tensors: Tensors = {};
  /** What is still to be filled, in order. */
  #unfilled: Uint8Array[] = [];

  /** @param byteLength of the whole file */
  constructor(seq: number, byteLength: number) {
    this.seq = seq;
    this.#byteLength = byteLength;
  }

  /**
   * Takes in the next bytes; the first part holds the file's header whole.
   * @throws SafetensorsError when the header is not right or the file is longer than it says
   */
  add(part: Uint8Array): void {
    this.#fill(this.#metadata === null ? this.#begin(part) : part);
  }

  /** @returns the whole state; its arrays are the caller's. @throws SafetensorsError, StateError when it is none */
  finish(): BrainState {
    if (this.#metadata === null || this.#unfilled.some(({ length }) => length > 0)) {
      throw new SafetensorsError("the state is shorter than it says");
    }
    const tensors = this.#tensors;
    this.#tensors = {};
    this.#unfilled = [];
    return { header: decodeHeader(this.#metadata), tensors };
  }

  /** Reads the header and makes room. @returns the bytes behind it */
  #begin(part: Uint8Array): Uint8Array {
    const headerBytes = PREFIX_BYTES + headerLength(part);
    const { entries, metadata, bodyBytes } = decodeTable(part.subarray(PREFIX_BYTES, headerBytes));
    if (headerBytes + bodyBytes !== this.#byteLength) {
      throw new SafetensorsError(`header and tensors take ${headerBytes + bodyBytes} bytes, not ${this.#byteLength}`);
    }
    const tensors = entries.map((entry) => ({ name: entry.name, tensor: emptyTensor(entry) }));
    this.#metadata = metadata;
    this.#tensors = Object.fromEntries(tensors.map(({ name, tensor }) => [name, tensor]));
    this.#unfilled = tensors.map(({ tensor }) => bytesOf(tensor.data));
    return part.subarray(headerBytes);
  }

  #fill(part: Uint8Array): void {
    let rest = part;
    while (rest.length > 0) {
      const target = this.#unfilled[0];
      if (target === undefined) throw new SafetensorsError("the state is longer than it says");
      const piece = rest.subarray(0, target.length);
      target.set(piece);
      rest = rest.subarray(piece.length);
      if (piece.length === target.length) this.#unfilled.shift();
      else this.#unfilled[0] = target.subarray(piece.length);
    }
  }
}
