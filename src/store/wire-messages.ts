// Cuts the byte stream of a PostgreSQL client into whole protocol messages. Invariant: what comes out, joined, is what went in.

const LENGTH_BYTES = 4;

/** The type byte of the message by which a client says goodbye. */
export const TERMINATE = 0x58;

const READY_FOR_QUERY = [0x5a, 0, 0, 0, 5];
const IDLE = 0x49;

/** @returns whether `bytes` of a server's answer end with its being ready for the next statement, in no transaction */
export function isReadyAndIdle(bytes: Uint8Array): boolean {
  const end = bytes.subarray(-READY_FOR_QUERY.length - 1);
  return end.at(-1) === IDLE && READY_FOR_QUERY.every((byte, i) => end[i] === byte);
}

export class WireMessages {
  #parts: Buffer[] = [];
  #length = 0;
  /** The first message of a connection has no type byte. */
  #isFirst = true;

  push(bytes: Uint8Array): void {
    this.#parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#length += bytes.byteLength;
  }

  /** @returns the next whole message, or null until more bytes come */
  next(): Buffer | null {
    const typeBytes = this.#isFirst ? 0 : 1;
    if (this.#length < typeBytes + LENGTH_BYTES) return null;
    const length = typeBytes + this.#head(typeBytes + LENGTH_BYTES).readInt32BE(typeBytes);
    if (this.#length < length) return null;
    const all = this.#head(length);
    this.#isFirst = false;
    this.#length -= length;
    this.#parts.splice(0, 1, ...(all.length > length ? [all.subarray(length)] : []));
    return all.subarray(0, length);
  }

  /** @returns the first part, joined with those behind it until it holds `bytes` */
  #head(bytes: number): Buffer {
    const [first] = this.#parts;
    if (first !== undefined && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }
}
