// What tells one set of labelled samples from another, whatever file they came in.

import { createHash } from "node:crypto";
import type { SampleHead } from "./formats/sample.ts";

/**
 * SHA-256 over a line of JSON (kind, shape, classes in the order in which they first appear, number of samples) and three digests: of the
 * samples' class indexes (uint32), of their lengths in bytes (uint32) and of their bytes, each one after the other, little-endian.
 */
export class SampleDigest {
  readonly #classes = createHash("sha256");
  readonly #lengths = createHash("sha256");
  readonly #samples = createHash("sha256");

  /** @param offsets uint32 [rows + 1]: where in `bytes` each sample begins, and where the last one ends */
  add(classes: Uint32Array, offsets: Uint32Array, bytes: Uint8Array): void {
    this.#classes.update(classes);
    this.#lengths.update(Uint32Array.from(classes, (_, row) => (offsets[row + 1] ?? 0) - (offsets[row] ?? 0)));
    this.#samples.update(bytes);
  }

  /** @returns hexadecimal */
  end({ kind, shape }: SampleHead, labels: readonly string[], rows: number): string {
    const whole = createHash("sha256").update(`${JSON.stringify({ kind, shape, labels, rows })}\n`);
    for (const part of [this.#classes, this.#lengths, this.#samples]) whole.update(part.digest());
    return whole.digest("hex");
  }
}
