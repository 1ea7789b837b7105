// A sample on its way to the brain: its transforms, one after the other. Invariant: what comes out follows from the sample, the transforms and
// the noise's key alone.

import type { DatasetKind } from "../../datasets/api.ts";
import type { Transform } from "../api.ts";
import { BLUR_SIZE, blur } from "./blur.ts";
import { brightness } from "./brightness.ts";
import type { ImageShape } from "./image-shape.ts";
import { invert } from "./invert.ts";
import { type NoiseKey, noise } from "./noise.ts";
import { rotate } from "./rotate.ts";

/**
 * @param x float32 [height · width · channels] in 0 to 1 where there is a shape; plain features otherwise
 * @returns float32, as long as `x`; `x` itself where there is nothing to do
 */
export const transformed = (
  x: Float32Array,
  shape: ImageShape | null,
  transforms: readonly Transform[],
  key: NoiseKey,
): Float32Array =>
  transforms.reduce((current, transform, place) => apply(transform, current, shape, { key, place }), x);

function apply(
  transform: Transform,
  x: Float32Array,
  shape: ImageShape | null,
  { key, place }: { readonly key: NoiseKey; readonly place: number },
): Float32Array {
  switch (transform.type) {
    case "invert":
      return invert(x, transform.range ?? (shape === null ? "signed" : "unit"));
    case "noise":
      return noise(x, transform.deviation, key, place);
    case "brightness":
      return brightness(x, transform.factor, shape !== null);
    case "blur":
      return blur(x, ofPixels(shape), transform.size ?? BLUR_SIZE);
    case "rotate":
      return rotate(x, ofPixels(shape), transform.degrees);
  }
}

/** `misfitOf` has let nothing else through. */
function ofPixels(shape: ImageShape | null): ImageShape {
  if (shape === null) throw new RangeError("plain features have no neighbours");
  return shape;
}

/** @returns why samples of that kind cannot be transformed so; null when they can */
export function misfitOf(transform: Transform, kind: DatasetKind, isPixels: boolean): string | null {
  const { type } = transform;
  if (kind === "texts") return "changes numbers; texts take no transform";
  if ((type === "blur" || type === "rotate") && !isPixels)
    return `is ${type}, which is of pixels; the dataset's features have no shape [height, width, channels]`;
  if (type === "blur" && transform.size !== undefined && transform.size % 2 !== 1)
    return "has a size that is not odd: its square would have no middle";
  if (type === "invert" && transform.range === "signed" && kind === "images")
    return "has the range signed, which makes all of a picture black; unit is that of images";
  return null;
}
