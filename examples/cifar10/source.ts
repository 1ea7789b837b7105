// What the experiment teaches and asks: files to upload, and which of their samples are for what.

import type { Selection } from "../../src/curricula/api.ts";

/** What becomes a dataset of the server: a safetensors file, or a form with IDX files. */
export type Upload = { readonly id: string; readonly name: string; readonly body: Uint8Array | FormData };

/** `storm` are vehicles, inverted. */
export const SETS = ["vehicles", "animals", "storm"] as const;
export type SetName = (typeof SETS)[number];
export type Sets = { readonly [name in SetName]: Selection };

/** Labelled features, for what the script computes itself: `data` float32 [rows, cols]. */
export type Rows = { readonly cols: number; readonly data: Float32Array; readonly labels: readonly string[] };

export type Source = {
  /** In a sentence, for whoever reads the figures. */
  readonly description: string;
  readonly uploads: readonly Upload[];
  /** What of a brain's configuration follows from the samples. */
  readonly config: { readonly inputDim: number } | { readonly encoder: string };
  readonly taught: Sets;
  /** Never taught. */
  readonly judged: Sets;
  /** A dataset of some of the clean samples that are taught: so many of each class, drawn by the seed. */
  readonly draw: Draw;
  /** The same samples, set by set; null where they are images, which only the server makes features of. */
  readonly rows: { readonly taught: RowSets; readonly judged: RowSets } | null;
};
export type Draw = (perClass: number, seed: number) => Upload;
export type RowSets = { readonly [name in SetName]: Rows };

/** Samples of each class, taught and judged ones; null for all that there are. */
export type Amount = { readonly taught: number | null; readonly judged: number | null };
