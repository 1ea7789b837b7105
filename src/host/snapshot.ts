// A state cut into chunks for a checkpoint. Chunks never cross a tensor's border: where one tensor changes, the others' chunks keep their
// hashes. Everything is a view on the brain's arrays, so the snapshot is valid only while the brain's changes are held.

import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BrainState } from "../brain/brain.ts";
import { encodeHeader } from "../brain/state.ts";
import { type Layout, layOut } from "../tensor/safetensors.ts";

export type Snapshot = {
  /** The safetensors file's first bytes, up to the tensors. */
  readonly header: Uint8Array;
  readonly chunks: readonly Uint8Array[];
  /** n × 32 bytes */
  readonly hashes: Uint8Array;
  readonly byteLength: number;
  readonly digest: string;
};

const HASH_BYTES = 32;

/** 16 chunks of 64 KiB take about a millisecond to hash. */
const CHUNKS_PER_TURN = 16;

/** @returns the safetensors layout of `state` */
export const layOutState = (state: BrainState): Layout => layOut(state.tensors, encodeHeader(state.header));

/** Cuts `state` into chunks of at most `chunkBytes` and hashes them (about 1 GB/s), letting other work in between. */
export async function takeSnapshot(state: BrainState, chunkBytes: number): Promise<Snapshot> {
  const { header, parts, byteLength } = layOutState(state);
  const chunks = parts.flatMap((part) => cut(part, chunkBytes));
  const hashes = new Uint8Array(chunks.length * HASH_BYTES);
  for (const [index, chunk] of chunks.entries()) {
    hashes.set(createHash("sha256").update(chunk).digest(), index * HASH_BYTES);
    if (index % CHUNKS_PER_TURN === 0) await nextTurn();
  }
  const digest = createHash("sha256").update(header).update(hashes).digest("hex");
  return { header, chunks, hashes, byteLength, digest };
}

function cut(part: Uint8Array, chunkBytes: number): Uint8Array[] {
  const count = Math.ceil(part.byteLength / chunkBytes);
  return Array.from({ length: count }, (_, index) => part.subarray(index * chunkBytes, (index + 1) * chunkBytes));
}
