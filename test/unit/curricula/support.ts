// Datasets in memory, for tests of what curricula make of them.

import { createHash } from "node:crypto";
import type { DatasetInfo, Datasets, OpenDataset, Samples } from "../../../src/datasets/api.ts";
import { EngramError } from "../../../src/errors.ts";
import { gatheredRows, type Matrix } from "../../../src/tensor/matrix.ts";

export type Kept = { readonly id: string; readonly labels: readonly string[] } & (
  | { readonly kind: "features"; readonly inputs: Matrix; readonly shape: readonly number[] }
  | { readonly kind: "images"; readonly items: readonly Uint8Array[]; readonly shape: readonly number[] | null }
  | { readonly kind: "texts"; readonly items: readonly Uint8Array[] }
);

/** @returns datasets that can be asked for, and how many of them are open */
export function datasetsOf(
  ...kept: readonly Kept[]
): Pick<Datasets, "get" | "open"> & { readonly isOpen: () => number } {
  let open = 0;
  const find = (id: string): Kept => {
    const found = kept.find((dataset) => dataset.id === id);
    if (found === undefined) throw new EngramError("dataset-not-found", `There is no dataset "${id}".`);
    return found;
  };
  return {
    isOpen: () => open,
    get: async (id) => infoOf(find(id)),
    open: async (id) => {
      const dataset = find(id);
      const info = infoOf(dataset);
      open++;
      return {
        info,
        classes: Uint32Array.from(dataset.labels, (label) => info.classes.findIndex((known) => known.label === label)),
        read: async (rows) => samplesOf(dataset, rows),
        close: async () => void open--,
      } satisfies OpenDataset;
    },
  };
}

function samplesOf(dataset: Kept, rows: ArrayLike<number>): Samples {
  if (dataset.kind === "features") return { kind: "features", inputs: gatheredRows(dataset.inputs, rows) };
  const items = Array.from(rows, (row) => dataset.items[row]!);
  return dataset.kind === "texts" ? { kind: "texts", items } : { kind: "images", pixels: dataset.shape, items };
}

function infoOf(dataset: Kept): DatasetInfo {
  const { id, kind, labels } = dataset;
  const items = dataset.kind === "features" ? [new Uint8Array(dataset.inputs.data.buffer)] : dataset.items;
  const classes = [...new Set(labels)].map((label) => ({ label, samples: labels.filter((l) => l === label).length }));
  return {
    id,
    name: null,
    kind,
    rows: labels.length,
    shape: dataset.kind === "texts" ? null : dataset.shape,
    classes,
    sizeBytes: items.reduce((sum, { byteLength }) => sum + byteLength, 0),
    digest: createHash("sha256").update(Buffer.concat(items)).update(labels.join()).digest("hex"),
    source: { format: "csv", bytes: 0 },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

/** Features that say which sample they are of: row r is [r, r, …]. */
export function numbered(id: string, labels: readonly string[], cols = 2, shape: readonly number[] = [cols]): Kept {
  const data = Float32Array.from({ length: labels.length * cols }, (_, i) => Math.floor(i / cols));
  return { id, kind: "features", labels, inputs: { rows: labels.length, cols, data }, shape };
}
