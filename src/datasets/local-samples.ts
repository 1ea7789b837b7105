// All samples of a dataset on the local disk, for reads in any order that leave the database alone. Invariant: what is read is, byte for byte,
// what was uploaded; it stays readable when the dataset is deleted meanwhile.

import { DamagedChunk, type SampleChunk } from "../store/dataset-chunks.ts";
import type { DatasetInfo, Samples } from "./api.ts";
import { rowBytesOf } from "./row-bytes.ts";
import { ScratchFile } from "./scratch-file.ts";

export class LocalSamples {
  readonly info: DatasetInfo;
  /** uint32 [rows]: index of each sample's class. */
  readonly classes: Uint32Array;
  readonly #file: ScratchFile;
  /** Where each sample begins, and where the last one ends; null where all are of one length. */
  readonly #offsets: Float64Array | null;

  private constructor(info: DatasetInfo, file: ScratchFile) {
    this.info = info;
    this.classes = new Uint32Array(info.rows);
    this.#file = file;
    this.#offsets = rowBytesOf(info) === null ? new Float64Array(info.rows + 1) : null;
  }

  /**
   * Copies all samples into a scratch file.
   * @throws DamagedChunk when they are not those that were written; EngramError `database-unavailable`, `storage-full`, `not-ready`
   */
  static async copy(info: DatasetInfo, chunks: AsyncIterable<SampleChunk>, folder: string): Promise<LocalSamples> {
    const file = await ScratchFile.create(folder);
    try {
      const local = new LocalSamples(info, file);
      await local.#fill(chunks);
      return local;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** @param rows numbers of samples, from 0, in any order */
  async read(rows: ArrayLike<number>): Promise<Samples> {
    const { kind, shape } = this.info;
    const spans = Array.from(rows, (row) => this.#spanOf(row));
    const bytes = new Uint8Array(spans.reduce((sum, { length }) => sum + length, 0));
    const items: Uint8Array[] = [];
    const reads: Promise<void>[] = [];
    for (let from = 0, at = 0; from < spans.length; ) {
      const start = at;
      const position = spans[from]?.begin ?? 0;
      // Samples that lie side by side are one read.
      do {
        const length = spans[from]?.length ?? 0;
        items.push(bytes.subarray(at, at + length));
        at += length;
        from++;
      } while (spans[from]?.begin === position + at - start);
      reads.push(this.#file.read(bytes.subarray(start, at), position));
    }
    await Promise.all(reads);
    if (kind === "texts") return { kind, items };
    if (kind === "images") return { kind, pixels: shape, items };
    const cols = (shape ?? []).reduce((product, size) => product * size, 1);
    return { kind, inputs: { rows: rows.length, cols, data: new Float32Array(bytes.buffer) } };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #fill(chunks: AsyncIterable<SampleChunk>): Promise<void> {
    const { rows, sizeBytes } = this.info;
    let row = 0;
    for await (const { firstRow, classes, offsets, bytes } of chunks) {
      if (firstRow !== row || row + classes.length > rows) throw new DamagedChunk(`row ${row} is missing`);
      this.classes.set(classes, row);
      if (this.#offsets !== null) {
        const base = this.#file.byteLength;
        for (let at = 0; at < classes.length; at++) this.#offsets[row + at + 1] = base + (offsets[at + 1] ?? 0);
      }
      await this.#file.append(bytes);
      row += classes.length;
    }
    if (row !== rows || this.#file.byteLength !== sizeBytes)
      throw new DamagedChunk(`${rows - row} samples are missing`);
  }

  #spanOf(row: number): { readonly begin: number; readonly length: number } {
    if (!Number.isInteger(row) || row < 0 || row >= this.info.rows) {
      throw new RangeError(`OpenDataset.read: row ${row} of ${this.info.rows}`);
    }
    const length = rowBytesOf(this.info);
    if (length !== null) return { begin: row * length, length };
    const begin = this.#offsets?.[row] ?? 0;
    return { begin, length: (this.#offsets?.[row + 1] ?? 0) - begin };
  }
}
