// What may befall an input on its way: pure functions, each with a strength of which 0 changes nothing. Those that need to know where a pixel
// stands take pictures, and read 0 beyond their edge.

import { type Picture, placeOf } from "../ui/picture.ts";
import { normalFrom } from "./random.ts";

type Numbers = readonly number[];

/** Normal noise, `strength` times as strong as the input itself (root of its mean square); the same noise for the same seed. */
export function noisy(values: Numbers, strength: number, seed: number): number[] {
  const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) || 1;
  const next = normalFrom(seed);
  return values.map((value) => value + strength * size * next());
}

/** @returns `share` of the way from `x` to `1 − x`: black and white of an image change places */
export const inverted = (values: Numbers, share: number): number[] =>
  values.map((value) => value + share * (1 - 2 * value));

/** @returns `share` of the way from `x` to `−x` */
export const negated = (values: Numbers, share: number): number[] => values.map((value) => value - 2 * share * value);

/** @returns `values + amount`; images stay within black and white */
export function brightened(values: Numbers, amount: number): number[] {
  const isBounded = isImage(values);
  return values.map((value) => (isBounded ? Math.min(1, Math.max(0, value + amount)) : value + amount));
}

/** Whether all numbers are from black (0) to white (1). */
export const isImage = (values: Numbers): boolean => values.every((value) => value >= 0 && value <= 1);

/** Box blur: each pixel becomes the mean of the square of `2 · radius + 1` pixels around it. @param radius whole, 0 and up */
export function blurred(values: Numbers, picture: Picture, radius: number): number[] {
  const size = (2 * radius + 1) ** 2;
  return eachPixel(picture, (channel, y, x) => {
    let sum = 0;
    for (let row = y - radius; row <= y + radius; row++) {
      for (let column = x - radius; column <= x + radius; column++) sum += pixel(values, picture, channel, row, column);
    }
    return sum / size;
  });
}

/** @param right, down how far the picture moves, in pixels */
export const shifted = (values: Numbers, picture: Picture, right: number, down: number): number[] =>
  eachPixel(picture, (channel, y, x) => between(values, picture, channel, y - down, x - right));

/** Turns around the middle. @param degrees clockwise */
export function rotated(values: Numbers, picture: Picture, degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [(picture.width - 1) / 2, (picture.height - 1) / 2];
  return eachPixel(picture, (channel, y, x) => {
    const [right, down] = [x - middleX, y - middleY];
    const fromX = middleX + cos * right + sin * down;
    const fromY = middleY - sin * right + cos * down;
    return between(values, picture, channel, fromY, fromX);
  });
}

function eachPixel(picture: Picture, of: (channel: number, y: number, x: number) => number): number[] {
  const { width, height, channels } = picture;
  const values = new Array<number>(width * height * channels).fill(0);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) values[placeOf(picture, channel, y, x)] = of(channel, y, x);
    }
  }
  return values;
}

function pixel(values: Numbers, picture: Picture, channel: number, y: number, x: number): number {
  const isInside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
  return isInside ? (values[placeOf(picture, channel, y, x)] ?? 0) : 0;
}

/** What stands between four pixels, by how near each of them is. */
function between(values: Numbers, picture: Picture, channel: number, y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const at = (row: number, column: number): number => pixel(values, picture, channel, top + row, left + column);
  return (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) + down * ((1 - right) * at(1, 0) + right * at(1, 1));
}
