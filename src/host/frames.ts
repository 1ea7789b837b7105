// How gateway and host talk: length-prefixed frames, a JSON header and a binary body, over a Unix domain socket pair.
// Layout: uint32 header bytes, uint32 body bytes (little-endian), header, body. Frames arrive whole and in order.

import type { Writable } from "node:stream";

/** One frame; `body` is at offset 0 of its own buffer, so any typed array may view it. */
export type Frame = { readonly header: unknown; readonly body: Uint8Array };

const PREFIX_BYTES = 8;

/** Largest header or body that a peer accepts; a longer one is a bug, not a big request. */
const MAX_PART_BYTES = 1 << 30;

/** @returns the frame as pieces to write in order; the body is not copied. */
export function encodeFrame(header: unknown, body?: Uint8Array): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(header), "utf8");
  const head = Buffer.allocUnsafe(PREFIX_BYTES + json.length);
  head.writeUInt32LE(json.length, 0);
  head.writeUInt32LE(body?.byteLength ?? 0, 4);
  json.copy(head, PREFIX_BYTES);
  return body === undefined || body.byteLength === 0 ? [head] : [head, body];
}

/** Writes frames in order, those of one turn of the event loop with one system call: with many callers that call is most of their cost. */
export class FrameWriter {
  readonly #stream: Writable;
  #isWaiting = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(header: unknown, body?: Uint8Array): void {
    if (!this.#isWaiting) {
      this.#isWaiting = true;
      this.#stream.cork();
      setImmediate(() => this.#send());
    }
    for (const part of encodeFrame(header, body)) this.#stream.write(part);
  }

  #send(): void {
    this.#isWaiting = false;
    this.#stream.uncork();
  }
}

/** Cuts a byte stream into frames; each byte is copied at most once, however the stream is chopped. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #sizes: { readonly header: number; readonly body: number } | null = null;

  /** @returns the frames that `chunk` completes. @throws Error when a length is absurd */
  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.byteLength;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | null {
    if (this.#sizes === null) {
      if (this.#buffered < PREFIX_BYTES) return null;
      const prefix = this.#take(PREFIX_BYTES);
      const view = new DataView(prefix.buffer);
      this.#sizes = { header: view.getUint32(0, true), body: view.getUint32(4, true) };
      if (Math.max(this.#sizes.header, this.#sizes.body) > MAX_PART_BYTES)
        throw new Error("frame length out of bounds");
    }
    if (this.#buffered < this.#sizes.header + this.#sizes.body) return null;
    const header: unknown = JSON.parse(Buffer.from(this.#take(this.#sizes.header).buffer).toString("utf8"));
    const body = this.#take(this.#sizes.body);
    this.#sizes = null;
    return { header, body };
  }

  #take(length: number): Uint8Array {
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const first = this.#chunks[0];
      if (first === undefined) throw new Error("took more than was buffered");
      const part = first.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(part.length);
    }
    this.#buffered -= length;
    return out;
  }
}
