// A checkpoint as a file to be taken away. Invariant: a file that is damaged does not begin, where that can be seen cheaply, or breaks off:
// nobody holds one that looks whole and is not.

import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow, CheckpointStore } from "../store/checkpoint-store.ts";
import type { StateFile } from "./api.ts";
import { withNote } from "./state-file.ts";

/** So much is read before the first byte is given: damage there, and in all of a small file, is told instead of given. */
const READ_AHEAD_BYTES = 1024 * 1024;

/** @returns the file, not read yet */
export function fileOf({ id }: BrainRow, checkpoint: CheckpointRow, store: CheckpointStore): StateFile {
  const { seq, digest, byteLength } = checkpoint;
  const header = withNote(checkpoint.header, { brain: id, seq, digest });
  const damaged = (cause?: unknown) =>
    new EngramError("checkpoint-damaged", `Checkpoint "${checkpoint.id}" of brain "${id}" is damaged.`, [], { cause });
  return {
    name: `${id}-${seq}.safetensors`,
    byteLength: header.length + byteLength - checkpoint.header.length,
    digest,
    open: async () => {
      if (!(await store.isComplete(checkpoint))) throw damaged();
      const body = store.readChunks(checkpoint)[Symbol.asyncIterator]();
      const begun = await readAhead(body).catch((error: unknown) => {
        throw error instanceof EngramError && error.code === "brain-damaged" ? damaged(error) : error;
      });
      return whole([header, ...begun], body);
    },
  };
}

async function readAhead(body: AsyncIterator<Uint8Array>): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes < READ_AHEAD_BYTES; ) {
    const next = await body.next();
    if (next.done === true) break;
    chunks.push(next.value);
    bytes += next.value.length;
  }
  return chunks;
}

async function* whole(begun: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* begun;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
