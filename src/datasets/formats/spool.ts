// A file of its own for an upload whose parts are wanted in another order than they come. Invariant: it has no name as soon as it is open, so
// that it is gone with whoever holds it, however that ends.

import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bytes } from "../../byte-source.ts";
import { tooLarge } from "./limit.ts";

const COPIED_BYTES = 256 * 1024;

export class Spool {
  readonly #file: FileHandle;
  readonly #maxBytes: number;
  #byteLength = 0;

  private constructor(file: FileHandle, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** @param maxBytes that it may hold */
  static async open(scratchDir: string, maxBytes: number): Promise<Spool> {
    await mkdir(scratchDir, { recursive: true });
    const path = join(scratchDir, `spool-${randomUUID()}`);
    const file = await open(path, "wx+", 0o600);
    await rm(path);
    return new Spool(file, maxBytes);
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** For readers that want one; it stays the spool's. */
  get fd(): number {
    return this.#file.fd;
  }

  /** Appends. @throws EngramError `body-too-large` */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#byteLength + bytes.length > this.#maxBytes) throw tooLarge(this.#maxBytes);
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#byteLength);
      written += bytesWritten;
      this.#byteLength += bytesWritten;
    }
  }

  /** Appends the next `count` bytes of `source`. @throws EngramError as `write`; CutOff where there are fewer */
  async fill(source: Bytes, count: number): Promise<void> {
    for (let left = count; left > 0; left -= COPIED_BYTES) {
      await this.write(await source.take(Math.min(left, COPIED_BYTES)));
    }
  }

  /** @returns the bytes from `from` on, which must be there */
  async read(from: number, count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      const { bytesRead } = await this.#file.read(bytes, filled, count - filled, from + filled);
      if (bytesRead === 0) throw new RangeError(`read ${from}+${count} of ${this.#byteLength} spooled bytes`);
      filled += bytesRead;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
