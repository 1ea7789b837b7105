// The smallest encoder of images: an ONNX model that gives the mean of each channel, so that its features can be told by hand.

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FLOAT, model, node } from "../../src/backend/cpu/onnx-model.ts";

/** `y = mean over pixels of x`: x float32 [1, channels, height, width] → y float32 [1, channels, 1, 1]. */
export const MEANS_MODEL = model(
  [node("GlobalAveragePool", ["x"], ["y"])],
  [{ name: "x", type: FLOAT, shape: ["n", "channels", "height", "width"] }],
  [{ name: "y", type: FLOAT, shape: ["n", "channels", "one", "one"] }],
);

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Its features are the mean red, green and blue of a picture, from 0 to 1. */
export const MEANS = {
  name: "means",
  kind: "image",
  format: "onnx",
  dimension: 3,
  files: [{ path: "means.onnx", sha256: sha256(MEANS_MODEL) }],
  input: {
    width: 4,
    height: 2,
    fit: "fill",
    colour: "rgb",
    layout: "nchw",
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  output: "y",
};

/** Writes a definition into `folder` (made where there is none), with its model beside it. @returns the definition's path */
export async function writeDefinition(folder: string, definition: object = MEANS): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "means.onnx"), MEANS_MODEL);
  const path = join(folder, "means.json");
  await writeFile(path, JSON.stringify(definition));
  return path;
}
