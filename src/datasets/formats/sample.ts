// What every reader of a format gives: samples with their labels, in batches. Invariant: a batch is small or holds one sample, so that
// whoever takes them holds little at a time, however large the file.

import type { DatasetKind } from "../api.ts";

export type SampleHead = {
  readonly kind: DatasetKind;
  /** As `DatasetInfo.shape`. */
  readonly shape: readonly number[] | null;
};

export type SampleBatch = {
  /** The same of every batch of a dataset. */
  readonly head: SampleHead;
  /** One per sample. */
  readonly labels: readonly string[];
  /** Features as little-endian float32, pixels as uint8, images as files, texts as UTF-8. */
  readonly items: readonly Uint8Array[];
};

export const BATCH_BYTES = 256 * 1024;
export const BATCH_SAMPLES = 4096;

/** Gathers samples into batches. */
export class Batcher {
  readonly #head: SampleHead;
  #labels: string[] = [];
  #items: Uint8Array[] = [];
  #bytes = 0;

  constructor(head: SampleHead) {
    this.#head = head;
  }

  /** @returns the batch before, where it is full: the sample begins the next one */
  add(label: string, item: Uint8Array): SampleBatch | null {
    const isFull = this.#bytes + item.length > BATCH_BYTES || this.#items.length === BATCH_SAMPLES;
    const full = isFull ? this.take() : null;
    this.#labels.push(label);
    this.#items.push(item);
    this.#bytes += item.length;
    return full;
  }

  /** @returns what has gathered; null where there is nothing */
  take(): SampleBatch | null {
    if (this.#items.length === 0) return null;
    const batch = { head: this.#head, labels: this.#labels, items: this.#items };
    this.#labels = [];
    this.#items = [];
    this.#bytes = 0;
    return batch;
  }
}

/** @returns the numbers' bytes, little-endian as everywhere that Engram runs */
export const itemOf = (row: Float32Array): Uint8Array => new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
