// What datasets offer to whoever calls them (routes, curricula): labelled samples, uploaded once and never changed.
// Every method rejects with an `EngramError` when the caller is at fault or the database is away, and then nothing has changed.

import type { ArrivingFile } from "../byte-source.ts";
import type { Matrix } from "../tensor/matrix.ts";

export const DATASET_KINDS = ["features", "images", "texts"] as const;
export type DatasetKind = (typeof DATASET_KINDS)[number];

export const DATASET_FORMATS = ["csv", "jsonl", "safetensors", "idx", "zip"] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

export type DatasetInfo = {
  readonly id: string;
  readonly name: string | null;
  readonly kind: DatasetKind;
  /** How many samples. */
  readonly rows: number;
  /**
   * Of features: [inputDim], or [height, width, channels] where they are an image's pixels, in 0 to 1; of images that came as pixels:
   * [height, width, channels]. Null of images that came as files, and of texts.
   */
  readonly shape: readonly number[] | null;
  /** Each class with its samples, in the order of their indexes. */
  readonly classes: readonly { readonly label: string; readonly samples: number }[];
  /** All samples as they are kept, before they are packed. */
  readonly sizeBytes: number;
  /** SHA-256 over kind, shape, classes and samples, hexadecimal: the same samples in another format have the same. */
  readonly digest: string;
  /** What was uploaded. */
  readonly source: { readonly format: DatasetFormat; readonly bytes: number };
  /** ISO 8601, UTC. */
  readonly createdAt: string;
};

/** How a file is to be read, where it does not say so itself. */
export type ReadingOptions = {
  /** Of a CSV file: the column of the classes, by its name or its number from 1; `label` or else the last one when absent. */
  readonly labelColumn?: string;
  /** Of a CSV file: the column of texts; without it all other columns are features. */
  readonly textColumn?: string;
  /** Of features that are an image's pixels: [height, width, channels]. */
  readonly shape?: readonly number[];
};

export type NewDataset = {
  readonly id: string;
  readonly name?: string | null;
  readonly format: DatasetFormat;
  readonly options: ReadingOptions;
  /** One file; of `idx` the samples and then their labels. */
  readonly files: AsyncIterable<ArrivingFile & { readonly name: string }>;
};

/** Samples in the order in which they were asked for. */
export type Samples =
  | { readonly kind: "features" /** float32 [samples, inputDim] */; readonly inputs: Matrix }
  /** Files, or, where `pixels` says so, bytes [height, width, channels]. */
  | { readonly kind: "images"; readonly pixels: readonly number[] | null; readonly items: readonly Uint8Array[] }
  /** UTF-8. */
  | { readonly kind: "texts"; readonly items: readonly Uint8Array[] };

/** A dataset whose samples lie ready on the local disk, until it is closed. */
export interface OpenDataset {
  readonly info: DatasetInfo;
  /** uint32 [rows]: index of each sample's class in `info.classes`. */
  readonly classes: Uint32Array;
  /** @param rows numbers of samples, from 0, in any order */
  read(rows: ArrayLike<number>): Promise<Samples>;
  close(): Promise<void>;
}

export type SamplesRequest = { readonly offset: number; readonly limit: number; readonly label?: string };
export type SamplesAnswer = {
  readonly dataset: string;
  /** Of the class asked for, or in all. */
  readonly total: number;
  readonly samples: readonly (
    | { readonly row: number; readonly label: string; readonly input: readonly number[] }
    /** base64 of a PNG, JPEG or other image file. */
    | { readonly row: number; readonly label: string; readonly image: string; readonly mediaType: string }
    | { readonly row: number; readonly label: string; readonly text: string }
  )[];
};

export interface Datasets {
  /**
   * Takes in an upload, whole or not at all.
   * @returns the dataset; `isNew: false` where it was there already, with the same samples
   * @throws EngramError dataset-exists (other samples under this id), dataset-invalid (with the line, row or entry), body-too-large, storage-full
   */
  put(upload: NewDataset): Promise<{ readonly dataset: DatasetInfo; readonly isNew: boolean }>;
  list(page: { readonly limit: number; readonly cursor?: string }): Promise<{
    readonly datasets: readonly DatasetInfo[];
    readonly nextCursor: string | null;
  }>;
  /** @throws EngramError dataset-not-found, as all below */
  get(id: string): Promise<DatasetInfo>;
  samples(id: string, request: SamplesRequest): Promise<SamplesAnswer>;
  /** Does `work`, during which none of these datasets is deleted: by its end, who needs them is known. Those that are not there do no harm. */
  holding<T>(ids: readonly string[], work: () => Promise<T>): Promise<T>;
  /** @throws EngramError dataset-in-use while a curriculum that has not ended names it */
  remove(id: string): Promise<void>;
  open(id: string): Promise<OpenDataset>;
}
