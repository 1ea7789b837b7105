// How a state that a host holds becomes a checkpoint: of its own brain, or of a new one that begins with it (a fork, an import).
// Invariant: a new brain is seen whole or not at all. It is hidden while its checkpoint is written; a crash meanwhile leaves a hidden
// brain, which is removed later.

import { randomUUID } from "node:crypto";
import type { Blueprint } from "../brain/config.ts";
import type { BrainRow, BrainTable, Origin } from "../store/brain-table.ts";
import type { CheckpointRow, CheckpointStore, CheckpointSummary, NewCheckpoint } from "../store/checkpoint-store.ts";
import type { KeyFor } from "../store/idempotency-keys.ts";
import type { Place, Snapshot } from "./place.ts";

export type AdoptionParts = { readonly table: BrainTable; readonly checkpoints: CheckpointStore };

/** What is new about a brain that begins with another one's state. */
export type Adopted = Pick<BrainRow, "id" | "name" | "tags"> & Blueprint & { readonly origin: Origin };

/** 64 KiB: a learn step of one sample rewrites scattered rows, and larger chunks would store most of the brain again. */
export const CHUNK_BYTES = 64 * 1024;

/** Writes a state as a checkpoint of the brain `uid`. @param keyFor as in `CheckpointStore.write` */
export function keep(
  { head, header, hashes, readChunk }: Snapshot,
  uid: string,
  { name, reason }: Pick<NewCheckpoint, "name" | "reason">,
  checkpoints: CheckpointStore,
  keyFor?: KeyFor<CheckpointSummary>,
): Promise<CheckpointRow> {
  const meta = { ...head, id: randomUUID(), name, reason, chunkBytes: CHUNK_BYTES, header, hashes };
  return checkpoints.write(uid, meta, readChunk, keyFor);
}

/** A key that is committed as the new brain appears: what of it is kept, and with which brain it goes (the new one unless said). */
export type AdoptionKey = { readonly keyFor?: KeyFor<BrainRow>; readonly owner?: string };

/**
 * Makes a brain that begins with the state at `place`, and goes on with its `seq`.
 * @throws EngramError `brain-exists` when the id is taken; then nothing is left
 */
export function adopt(
  place: Place,
  { origin, ...adopted }: Adopted,
  parts: AdoptionParts,
  { keyFor, owner }: AdoptionKey = {},
): Promise<BrainRow> {
  const { table, checkpoints } = parts;
  const uid = randomUUID();
  return place.snapshot(CHUNK_BYTES, async (snapshot) => {
    const { seq, step, mode, labels, shape } = snapshot.head;
    await table.insertHidden({ ...adopted, uid, seq, step, mode, labels, shape, origin });
    try {
      await keep(snapshot, uid, { name: null, reason: "restored" }, checkpoints);
      return await table.reveal(uid, adopted.id, keyFor, owner);
    } catch (error) {
      await table.remove(uid).catch(() => {}); // a database that is away lets it lie; it is removed as abandoned
      throw error;
    }
  });
}
