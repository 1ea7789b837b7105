// A stream of bytes from outside, taken piece by piece. Invariant: no more of it is held than what was asked for and the chunk that it came
// in, so that a slow taker slows its sender down.

import { EngramError } from "./errors.ts";

/** A file that arrives. */
export type ArrivingFile = {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Null where the sender does not say. */
  readonly byteLength: number | null;
};

/** Bytes that are taken from front to end. */
export interface Bytes {
  /**
   * The next `count` bytes, on a memory of their own: any typed array may view them.
   * @throws CutOff when fewer are left; EngramError `bad-request` when the sender breaks off
   */
  take(count: number): Promise<Uint8Array>;
  /** Whether nothing is left. @throws EngramError `bad-request` when the sender breaks off */
  isAtEnd(): Promise<boolean>;
}

/** The stream ended before what was asked for. */
export class CutOff extends Error {}

export class ByteSource implements Bytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      if (!(await this.#fill())) throw new CutOff();
      const part = this.#rest.subarray(0, count - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return bytes;
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** @returns whether there is a byte to take */
  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next().catch((cause: unknown) => {
        throw new EngramError("bad-request", "The upload broke off before its end.", [], { cause });
      });
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}
