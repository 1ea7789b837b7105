// Samples of a selection as a brain takes them: read, transformed, pictures as files. Invariant: a sample comes out the same whatever is read
// beside it, before it and after it.

import type { Inputs } from "../brains/api.ts";
import type { DatasetInfo, Datasets, OpenDataset, Samples } from "../datasets/api.ts";
import { UnreadableInput } from "../encoders/encoder.ts";
import { EngramError } from "../errors.ts";
import { type Matrix, zeros } from "../tensor/matrix.ts";
import type { Selection, Transform } from "./api.ts";
import { checkPin, type Pins } from "./pins.ts";
import { selectedRows } from "./selection.ts";
import { type ImageShape, imageShapeOf } from "./transforms/image-shape.ts";
import { type PixelTransform, pngOf, transformedFile, transformedPixels } from "./transforms/picture.ts";
import { transformed } from "./transforms/transform.ts";

/** Samples and what they are. */
export type Labelled = { readonly inputs: Inputs; readonly labels: readonly string[] };

export class SampleReader {
  /** The numbers of the samples that are meant, ascending. */
  readonly rows: Uint32Array;
  readonly #dataset: OpenDataset;
  readonly #transforms: readonly Transform[];
  readonly #seed: number;

  /** @param seed of the noise */
  constructor(dataset: OpenDataset, selection: Selection, seed: number) {
    this.rows = selectedRows(selection, dataset.info, dataset.classes);
    this.#dataset = dataset;
    this.#transforms = selection.transform ?? [];
    this.#seed = seed;
  }

  /** @throws EngramError `dataset-not-found`; `curriculum-not-resumable` where the samples are not those of `pins` */
  static async open(
    datasets: Pick<Datasets, "open">,
    selection: Selection,
    seed: number,
    pins: Pins,
  ): Promise<SampleReader> {
    const dataset = await datasets.open(selection.dataset);
    try {
      checkPin(pins, dataset.info);
      return new SampleReader(dataset, selection, seed);
    } catch (error) {
      await dataset.close();
      throw error;
    }
  }

  get info(): DatasetInfo {
    return this.#dataset.info;
  }

  /** uint32 [rows]: the class of each of the dataset's samples. */
  get classIds(): Uint32Array {
    return this.#dataset.classes;
  }

  /**
   * @param rows numbers of samples, in the order wanted
   * @param epoch whose noise is added, from 1; 0 of an evaluation
   * @throws EngramError `validation`, where a sample cannot be had as the transforms would have it
   */
  async read(rows: Uint32Array, epoch: number): Promise<Labelled> {
    const { classes } = this.info;
    const labels = Array.from(rows, (row) => classes[this.classIds[row] ?? 0]?.label ?? "");
    return { inputs: await this.#inputs(await this.#dataset.read(rows), rows, epoch), labels };
  }

  #inputs(samples: Samples, rows: Uint32Array, epoch: number): Promise<Inputs> | Inputs {
    switch (samples.kind) {
      case "features":
        return this.#features(samples.inputs, rows, epoch);
      case "images":
        return this.#images(samples.items, imageShapeOf(samples.pixels), rows, epoch);
      case "texts":
        return { kind: "text", items: samples.items };
    }
  }

  #features(inputs: Matrix, rows: Uint32Array, epoch: number): Matrix {
    if (this.#transforms.length === 0) return inputs;
    const out = zeros(inputs.rows, inputs.cols);
    const shape = imageShapeOf(this.info.shape);
    rows.forEach((row, i) => {
      const x = this.#transform(inputs.data.subarray(i * inputs.cols, (i + 1) * inputs.cols), shape, row, epoch);
      if (!x.every(Number.isFinite)) throw this.#unfit(row, "is, transformed, outside the range of float32");
      out.data.set(x, i * inputs.cols);
    });
    return out;
  }

  async #images(
    files: readonly Uint8Array[],
    shape: ImageShape | null,
    rows: Uint32Array,
    epoch: number,
  ): Promise<Inputs> {
    const items: Uint8Array[] = [];
    for (const [i, file] of files.entries()) items.push(await this.#image(file, shape, rows[i] ?? 0, epoch));
    return { kind: "image", items };
  }

  async #image(bytes: Uint8Array, shape: ImageShape | null, row: number, epoch: number): Promise<Uint8Array> {
    const isPlain = this.#transforms.length === 0;
    const transform: PixelTransform = (pixels, of) => this.#transform(pixels, of, row, epoch);
    if (shape !== null) return isPlain ? pngOf(bytes, shape) : transformedPixels(bytes, shape, transform);
    if (isPlain) return bytes;
    try {
      return await transformedFile(bytes, transform);
    } catch (error) {
      throw error instanceof UnreadableInput ? this.#unfit(row, error.message) : error;
    }
  }

  #transform(x: Float32Array, shape: ImageShape | null, row: number, epoch: number): Float32Array {
    return transformed(x, shape, this.#transforms, { seed: this.#seed, epoch, row });
  }

  #unfit(row: number, detail: string): EngramError {
    return new EngramError("validation", `Sample ${row} of dataset "${this.info.id}" ${detail}.`);
  }

  close(): Promise<void> {
    return this.#dataset.close();
  }
}
