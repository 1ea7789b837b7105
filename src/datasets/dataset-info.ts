// What clients hear of a dataset, from its row.

import type { DatasetRow } from "../store/dataset-table.ts";
import type { DatasetInfo } from "./api.ts";

export const infoOf = (row: DatasetRow): DatasetInfo => ({
  id: row.id,
  name: row.name,
  // Written by datasets.ts alone, from a sample's head.
  kind: row.kind as DatasetInfo["kind"],
  rows: row.rows,
  shape: row.shape,
  classes: row.labels.map((label, index) => ({ label, samples: row.counts[index] ?? 0 })),
  sizeBytes: row.byteLength,
  digest: row.digest,
  // As `kind`, from an upload.
  source: row.source as DatasetInfo["source"],
  createdAt: row.createdAt.toISOString(),
});
