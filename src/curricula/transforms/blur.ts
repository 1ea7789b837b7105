// The mean of a square around each pixel; what lies outside counts as 0, so that edges grow dark. Columns first, then rows: the square's sum is
// the sum of its lines' sums.

import type { ImageShape } from "./image-shape.ts";

/** Of the seed's experiment. */
export const BLUR_SIZE = 5;

/**
 * @param pixels float32 [height, width, channels]
 * @param size of the square, odd
 * @returns float32 [height, width, channels]
 */
export function blur(pixels: Float32Array, { height, width, channels }: ImageShape, size: number): Float32Array {
  const down = windowSums(new Float64Array(pixels), { step: width * channels, count: height }, size);
  const across = windowSums(down, { step: channels, count: width }, size);
  const area = size * size;
  return new Float32Array(across.map((sum) => sum / area));
}

/** One axis of the picture: how far apart its neighbours lie, and how many there are. */
type Axis = { readonly step: number; readonly count: number };

function windowSums(values: Float64Array, { step, count }: Axis, size: number): Float64Array {
  const reach = (size - 1) / 2;
  const sums = new Float64Array(values.length);
  for (let line = 0; line < values.length / count; line++) {
    const first = Math.floor(line / step) * step * count + (line % step);
    for (let at = 0; at < count; at++) {
      const last = Math.min(count - 1, at + reach);
      let sum = 0;
      for (let other = Math.max(0, at - reach); other <= last; other++) sum += values[first + other * step] ?? 0;
      sums[first + at * step] = sum;
    }
  }
  return sums;
}
