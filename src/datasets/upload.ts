// The files of an upload, counted as they are read. Invariant: no more of them is taken than a dataset may be large.

import type { ArrivingFile } from "../byte-source.ts";
import { EngramError } from "../errors.ts";

export type UploadFile = ArrivingFile & { readonly name: string };

const MIB = 1024 * 1024;

export class Upload {
  readonly #files: AsyncIterable<UploadFile>;
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes of all files together */
  constructor(files: AsyncIterable<UploadFile>, maxBytes: number) {
    this.#files = files;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that were read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws EngramError `body-too-large`, `bad-request` when the sender breaks off; the files' iterables do, too */
  async *files(): AsyncGenerator<UploadFile> {
    for await (const file of asUpload(this.#files)) {
      if (file.byteLength !== null) this.#refuseLong(this.#bytes + file.byteLength);
      yield { ...file, bytes: this.#counted(file.bytes) };
    }
  }

  async *#counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of asUpload(bytes)) {
      this.#bytes += piece.length;
      this.#refuseLong(this.#bytes);
      yield piece;
    }
  }

  #refuseLong(bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    const detail = `The upload is larger than ${this.#maxBytes / MIB} MiB (ENGRAM_MAX_DATASET_MB).`;
    throw new EngramError("body-too-large", detail);
  }
}

/** What `things` fail with is the sender's doing, unless it says what it is. */
async function* asUpload<T>(things: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = things[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((cause: unknown) => {
        if (cause instanceof EngramError) throw cause;
        throw new EngramError("bad-request", "The upload broke off before its end.", [], { cause });
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
