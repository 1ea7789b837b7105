// Brighter or darker.

import { clamped } from "./image-shape.ts";

/** @param isPixels whether `x` lies within 0 to 1, and what comes out has to. @returns `factor · x`: float32, as long as `x` */
export const brightness = (x: Float32Array, factor: number, isPixels: boolean): Float32Array =>
  x.map((value) => (isPixels ? clamped(factor * value) : factor * value));
