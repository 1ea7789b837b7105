// Turns a picture counter-clockwise around its middle. Each pixel looks back to where it comes from and mixes the four pixels there (bilinear);
// what lies outside is 0. Invariant: a multiple of 90° moves the pixels of a square, and mixes none.

import type { ImageShape } from "./image-shape.ts";

/**
 * @param pixels float32 [height, width, channels]
 * @returns float32 [height, width, channels]
 */
export function rotate(pixels: Float32Array, shape: ImageShape, degrees: number): Float32Array {
  const { height, width, channels } = shape;
  const [cosine, sine] = directionOf(degrees);
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  const out = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // `y` points down, so that the inverse of a turn to the left looks like a turn to the left.
      const sourceX = middleX + (x - middleX) * cosine - (y - middleY) * sine;
      const sourceY = middleY + (x - middleX) * sine + (y - middleY) * cosine;
      mix(pixels, shape, [sourceX, sourceY], out, (y * width + x) * channels);
    }
  }
  return out;
}

/** Exact at quarter turns, where `Math.cos` is not. */
const QUARTERS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

function directionOf(degrees: number): readonly [cosine: number, sine: number] {
  const turn = ((degrees % 360) + 360) % 360;
  const radians = (turn * Math.PI) / 180;
  return QUARTERS[turn / 90] ?? [Math.cos(radians), Math.sin(radians)];
}

function mix(
  pixels: Float32Array,
  { height, width, channels }: ImageShape,
  [x, y]: readonly [number, number],
  out: Float32Array,
  at: number,
): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  for (const [row, rowWeight] of [[top, top + 1 - y] as const, [top + 1, y - top] as const]) {
    for (const [column, columnWeight] of [[left, left + 1 - x] as const, [left + 1, x - left] as const]) {
      const weight = rowWeight * columnWeight;
      if (weight === 0 || row < 0 || row >= height || column < 0 || column >= width) continue;
      const from = (row * width + column) * channels;
      for (let c = 0; c < channels; c++) out[at + c] = (out[at + c] ?? 0) + weight * (pixels[from + c] ?? 0);
    }
  }
}
