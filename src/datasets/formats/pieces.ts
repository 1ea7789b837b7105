// The bytes of an upload in small pieces. Invariant: between two pieces the event loop has its turn, whoever sends them and however fast; and
// the source is never closed from here, since the answer to its sender goes over the same connection.

import { setImmediate as nextTurn } from "node:timers/promises";
import { EngramError } from "../../errors.ts";

/** What a text parser does in a few milliseconds. */
const PIECE_BYTES = 16 * 1024;

/**
 * @returns pieces of at most `size` bytes, none of them empty
 * @throws EngramError `bad-request` when the sender breaks off
 */
export async function* piecesOf(bytes: AsyncIterable<Uint8Array>, size = PIECE_BYTES): AsyncGenerator<Uint8Array> {
  for await (const chunk of arriving(bytes)) {
    for (let from = 0; from < chunk.length; from += size) {
      yield chunk.subarray(from, from + size);
      await nextTurn();
    }
  }
}

/** What comes as it comes: chunks, or files. @throws EngramError as `piecesOf` */
export async function* arriving<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  // Not `for await`: that would close the source when it is left early.
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next().catch((cause: unknown) => {
      if (cause instanceof EngramError) throw cause;
      throw new EngramError("bad-request", "The upload broke off before its end.", [], { cause });
    });
    if (next.done === true) return;
    yield next.value;
  }
}
