// A brain's state at one moment, as a safetensors file in chunks, while the brain goes on. What the brain tells of before it writes it
// (`Brain.watch`) is kept row by row when it is about to change; everything else, small, is copied at once. Chunks never cross a tensor's
// border: where one tensor changes, the others' chunks keep their hashes.

import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BrainState } from "../brain/brain.ts";
import { encodeHeader } from "../brain/state.ts";
import { layOut, type Tensor } from "../tensor/safetensors.ts";
import { KeptRows } from "./kept-rows.ts";

type Chunk = { readonly tensor: KeptRows | Uint8Array; readonly from: number; readonly byteLength: number };

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
  readonly #watched: ReadonlyMap<Float32Array, KeptRows>;

  /**
   * Takes the state as it is now.
   * @param watched the arrays of whose rows `keep` is told before they are written, from now on; tensors on other arrays are copied
   * @param chunkBytes length of a chunk, but of a tensor's last one
   */
  constructor(state: BrainState, watched: readonly Float32Array[], chunkBytes: number) {
    const { header, parts, byteLength } = layOut(state.tensors, encodeHeader(state.header));
    const kept = new Map<Float32Array, KeptRows>();
    const tensors = Object.values(state.tensors).map((tensor, index) => {
      const array = watched.find((candidate) => isStartOf(tensor, candidate));
      if (array === undefined || !(tensor.data instanceof Float32Array)) return Uint8Array.from(parts[index] ?? []);
      const rows = new KeptRows(tensor.data, tensor.shape.at(-1) ?? 1);
      kept.set(array, rows);
      return rows;
    });
    this.header = header;
    this.byteLength = byteLength;
    this.#chunks = tensors.flatMap((tensor) => cut(tensor, chunkBytes));
    this.#chunkBytes = chunkBytes;
    this.#watched = kept;
  }

  /** Keeps a row of a watched array as it is now; arrays that the state does not have are none of its business. */
  keep(data: Float32Array, row: number): void {
    this.#watched.get(data)?.keep(row);
  }

  /** @returns chunk `index`, as a copy. @throws RangeError where there is none */
  chunk(index: number): Uint8Array {
    const chunk = this.#chunks[index];
    if (chunk === undefined) throw new RangeError(`snapshot has no chunk ${index}, there are ${this.#chunks.length}`);
    const bytes = new Uint8Array(chunk.byteLength);
    copy(chunk, bytes);
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
      copy(chunk, bytes);
      hashes.set(createHash("sha256").update(bytes).digest(), index * HASH_BYTES);
    }
    return { hashes, digest: createHash("sha256").update(this.header).update(hashes).digest("hex") };
  }
}

/** Whether the tensor is the first rows of `array`. */
const isStartOf = ({ data }: Tensor, array: Float32Array): boolean =>
  data.buffer === array.buffer && data.byteOffset === array.byteOffset;

function cut(tensor: Chunk["tensor"], chunkBytes: number): Chunk[] {
  const count = Math.ceil(tensor.byteLength / chunkBytes);
  return Array.from({ length: count }, (_, index) => {
    const from = index * chunkBytes;
    return { tensor, from, byteLength: Math.min(chunkBytes, tensor.byteLength - from) };
  });
}

function copy({ tensor, from, byteLength }: Chunk, target: Uint8Array): void {
  if (tensor instanceof KeptRows) tensor.copyTo(target, from);
  else target.set(tensor.subarray(from, from + byteLength));
}
