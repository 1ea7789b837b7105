// Samples on their way from a file into the database: cut into chunks, counted, and held against what a dataset may be. Invariant: what leaves
// here depends on the samples alone, not on the pieces in which they came.

import { StateError } from "../brain/header-fields.ts";
import { checkText, MAX_LABEL_BYTES, MAX_LABEL_CHARACTERS } from "../brain/limits.ts";
import { EngramError } from "../errors.ts";
import type { SampleChunk } from "../store/dataset-chunks.ts";
import { SampleDigest } from "./digest.ts";
import type { SampleBatch, SampleHead } from "./formats/sample.ts";
import { MAX_CLASSES, MAX_FEATURES, MAX_ROWS, MAX_SAMPLE_BYTES } from "./limits.ts";
import { rowBytesOf } from "./row-bytes.ts";

/** A chunk is over once it holds so much, so that it has that and one sample at most. */
const CHUNK_BYTES = 256 * 1024;
/** The classes of a chunk are read alone, of many chunks at a time. */
const CHUNK_ROWS = 8192;
const MIB = 1024 * 1024;

/** What has been gathered in the end. */
export type Gathered = SampleHead & {
  readonly rows: number;
  readonly labels: readonly string[];
  readonly counts: readonly number[];
  readonly byteLength: number;
  readonly digest: string;
};

export class Gathering {
  readonly #maxBytes: number;
  readonly #digest = new SampleDigest();
  readonly #indexes = new Map<string, number>();
  readonly #counts: number[] = [];
  #head: SampleHead | null = null;
  #rowBytes: number | null = null;
  #rows = 0;
  #byteLength = 0;
  #labelBytes = 0;
  #chunks = 0;
  #classes: number[] = [];
  #items: Uint8Array[] = [];
  #bytes = 0;

  /** @param maxBytes all samples together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes the next samples.
   * @returns the chunks that are full now
   * @throws EngramError `dataset-invalid`, `body-too-large` for what is more than a dataset may be
   */
  *add({ head, labels, items }: SampleBatch): Iterable<SampleChunk> {
    if (this.#head === null) this.#begin(head);
    for (const [at, item] of items.entries()) {
      const label = labels[at];
      if (label === undefined) throw new RangeError("Gathering.add: a sample without a label");
      this.#take(label, item);
      if (this.#bytes >= CHUNK_BYTES || this.#items.length >= CHUNK_ROWS) yield this.#cut();
    }
  }

  /** @returns the last chunk, if there is one. @throws EngramError `dataset-invalid` when there were no samples */
  *rest(): Iterable<SampleChunk> {
    if (this.#rows === 0) throw refused("The upload has no samples");
    if (this.#items.length > 0) yield this.#cut();
  }

  /** @returns what it all was, after the `rest` */
  end(): Gathered {
    if (this.#head === null) throw new RangeError("Gathering.end: nothing was gathered");
    const labels = [...this.#indexes.keys()];
    return {
      ...this.#head,
      rows: this.#rows,
      labels,
      counts: this.#counts,
      byteLength: this.#byteLength,
      digest: this.#digest.end(this.#head, labels, this.#rows),
    };
  }

  #begin(head: SampleHead): void {
    const features = head.kind === "features" ? (head.shape ?? []).reduce((product, size) => product * size, 1) : 0;
    if (features > MAX_FEATURES) throw refused(`A sample has ${features} features; a brain takes ${MAX_FEATURES}`);
    this.#head = head;
    this.#rowBytes = rowBytesOf(head);
  }

  #take(label: string, item: Uint8Array): void {
    if (this.#rows >= MAX_ROWS) throw refused(`There are more samples than a dataset may have: ${MAX_ROWS}`);
    if (item.length > MAX_SAMPLE_BYTES) {
      throw refused(`Sample ${this.#rows + 1} has ${item.length} bytes; one may have ${MAX_SAMPLE_BYTES / MIB} MiB`);
    }
    if (this.#rowBytes !== null && item.length !== this.#rowBytes) {
      throw new RangeError(`Gathering: a sample of ${item.length} bytes, where its shape says ${this.#rowBytes}`);
    }
    this.#byteLength += item.length;
    if (this.#byteLength > this.#maxBytes) {
      const detail = `The samples take more than ${this.#maxBytes / MIB} MiB (ENGRAM_MAX_DATASET_MB).`;
      throw new EngramError("body-too-large", detail);
    }
    const index = this.#indexOf(label);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#rows++;
    this.#classes.push(index);
    this.#items.push(item);
    this.#bytes += item.length;
  }

  #indexOf(label: string): number {
    const known = this.#indexes.get(label);
    if (known !== undefined) return known;
    const index = this.#indexes.size;
    if (index >= MAX_CLASSES) throw refused(`There are more classes than a dataset may have: ${MAX_CLASSES}`);
    this.#labelBytes += Buffer.byteLength(label);
    if (this.#labelBytes > MAX_LABEL_BYTES) throw refused(`The labels take more than ${MAX_LABEL_BYTES} bytes`);
    try {
      checkText(label, `The label of sample ${this.#rows + 1}`, MAX_LABEL_CHARACTERS);
    } catch (error) {
      throw error instanceof StateError ? refused(error.message) : error;
    }
    this.#indexes.set(label, index);
    return index;
  }

  #cut(): SampleChunk {
    const classes = Uint32Array.from(this.#classes);
    const offsets = new Uint32Array(classes.length + 1);
    for (const [at, item] of this.#items.entries()) offsets[at + 1] = (offsets[at] ?? 0) + item.length;
    const bytes = Buffer.concat(this.#items);
    this.#digest.add(classes, offsets, bytes);
    this.#classes = [];
    this.#items = [];
    this.#bytes = 0;
    return { index: this.#chunks++, firstRow: this.#rows - classes.length, classes, offsets, bytes };
  }
}

const refused = (what: string): EngramError => new EngramError("dataset-invalid", `${what}.`);
