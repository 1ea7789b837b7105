// A brain's state at one moment, as a safetensors file in chunks, while the brain goes on. Chunks never cross a tensor's border: where one
// tensor changes, the others' chunks keep their hashes.

import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BrainState } from "../brain/brain.ts";
import { encodeHeader } from "../brain/state.ts";
import { layOut } from "../tensor/safetensors.ts";
import { type FrozenTensor, FrozenTensors } from "./frozen-tensors.ts";

type Chunk = { readonly tensor: FrozenTensor; readonly from: number; readonly byteLength: number };

export type SnapshotDigest = {
  /** n × 32 bytes: SHA-256 of each chunk. */
  readonly hashes: Uint8Array;
  /** SHA-256 of header and hashes, hexadecimal. */
  readonly digest: string;
};

const HASH_BYTES = 32;

/** How long hashing may keep other work waiting at a time. */
const SLICE_MS = 1;

export class Snapshot {
  /** The safetensors file's first bytes, up to the tensors. */
  readonly header: Uint8Array;
  /** Of the whole file. */
  readonly byteLength: number;
  readonly #chunks: readonly Chunk[];
  readonly #chunkBytes: number;
  readonly #tensors: FrozenTensors;

  /**
   * Takes the state as it is now.
   * @param watched as in `FrozenTensors`
   * @param chunkBytes length of a chunk, but of a tensor's last one
   */
  constructor(state: BrainState, watched: readonly Float32Array[], chunkBytes: number) {
    const { header, byteLength } = layOut(state.tensors, encodeHeader(state.header));
    this.#tensors = new FrozenTensors(state.tensors, watched);
    this.header = header;
    this.byteLength = byteLength;
    this.#chunks = this.#tensors.all.flatMap((tensor) => cut(tensor, chunkBytes));
    this.#chunkBytes = chunkBytes;
  }

  /** As `FrozenTensors.keep`. */
  keep(data: Float32Array, row: number): void {
    this.#tensors.keep(data, row);
  }

  /** @returns chunk `index`, as a copy. @throws RangeError where there is none */
  chunk(index: number): Uint8Array {
    const chunk = this.#chunks[index];
    if (chunk === undefined) throw new RangeError(`snapshot has no chunk ${index}, there are ${this.#chunks.length}`);
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.tensor.copyTo(bytes, chunk.from);
    return bytes;
  }

  /**
   * Hashes all chunks (about 1 GB/s), a slice at a time so that other work goes on in between.
   * @param isWanted asked before each slice
   * @param sliceMs 0: every chunk is a slice
   * @param turn resolves when the next slice may run
   * @returns null once it is not wanted any more
   */
  async hash(
    isWanted: () => boolean,
    sliceMs = SLICE_MS,
    turn: () => Promise<unknown> = nextTurn,
  ): Promise<SnapshotDigest | null> {
    const hashes = new Uint8Array(this.#chunks.length * HASH_BYTES);
    const scratch = new Uint8Array(this.#chunkBytes);
    let sliceEnd = 0;
    for (const [index, chunk] of this.#chunks.entries()) {
      if (performance.now() >= sliceEnd) {
        await turn();
        if (!isWanted()) return null;
        sliceEnd = performance.now() + sliceMs;
      }
      const bytes = scratch.subarray(0, chunk.byteLength);
      chunk.tensor.copyTo(bytes, chunk.from);
      hashes.set(createHash("sha256").update(bytes).digest(), index * HASH_BYTES);
    }
    return { hashes, digest: createHash("sha256").update(this.header).update(hashes).digest("hex") };
  }
}

function cut(tensor: Chunk["tensor"], chunkBytes: number): Chunk[] {
  const count = Math.ceil(tensor.byteLength / chunkBytes);
  return Array.from({ length: count }, (_, index) => {
    const from = index * chunkBytes;
    return { tensor, from, byteLength: Math.min(chunkBytes, tensor.byteLength - from) };
  });
}
