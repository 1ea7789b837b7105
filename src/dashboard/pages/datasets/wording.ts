// What a dataset holds, in words. Pure.

import type { Dataset } from "../../api/types.ts";
import { plural } from "../../ui/format.ts";

/** `28 × 28 × 1`; nothing where samples have no shape. */
export const shapeText = (shape: readonly number[] | null): string => (shape === null ? "" : shape.join(" × "));

/** `512 features`, `images of 32 × 32 × 3 pixels`, `image files`, `texts` */
export function samplesText({ kind, shape }: Pick<Dataset, "kind" | "shape">): string {
  switch (kind) {
    case "texts":
      return "texts";
    case "images":
      return shape === null ? "image files" : `images of ${shapeText(shape)} pixels`;
    case "features":
      return shape === null || shape.length < 2
        ? plural(shape?.[0] ?? 0, "feature")
        : `features, ${shapeText(shape)} pixels`;
  }
}

const SOURCES: Record<Dataset["source"]["format"], string> = {
  csv: "CSV",
  jsonl: "JSON Lines",
  safetensors: "safetensors",
  idx: "IDX",
  zip: "ZIP of images",
};

export const sourceText = ({ source }: Pick<Dataset, "source">): string => SOURCES[source.format];
