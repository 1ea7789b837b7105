// Whether a brain can be taught and judged on the samples of a dataset. A dataset does not say which encoder made its features, so that one of
// features is for brains without an encoder; pictures and texts are for those with an encoder of their kind.

import type { InputKind } from "../brain/encoder-identity.ts";
import type { BrainInfo } from "../brains/api.ts";
import type { DatasetInfo, DatasetKind } from "../datasets/api.ts";
import { counted, invalid } from "../errors.ts";

const ENCODED: Readonly<Record<Exclude<DatasetKind, "features">, InputKind>> = { images: "image", texts: "text" };

/** @param where the pointer to the dataset @throws EngramError `validation` */
export function checkFit(dataset: DatasetInfo, { id, config }: BrainInfo, where: string): void {
  const { kind } = dataset;
  const wants = config.encoder?.kind ?? null;
  if (kind === "features") {
    if (wants !== null)
      throw invalid(where, `is of features; brain "${id}" has an encoder and takes ${wants}s (a dataset of ${wants}s)`);
    const width = (dataset.shape ?? []).reduce((product, side) => product * side, 1);
    if (width !== config.inputDim)
      throw invalid(where, `has ${counted(width, "feature")}; brain "${id}" takes ${config.inputDim} (inputDim)`);
    return;
  }
  if (wants === ENCODED[kind]) return;
  const takes = wants === null ? "features, for it has no encoder" : `${wants}s`;
  const way =
    wants === null && kind === "images" && dataset.shape !== null
      ? "; upload the pixels as features with a `shape` for it"
      : "";
  throw invalid(where, `is of ${kind}; brain "${id}" takes ${takes}${way}`);
}
