// Inputs as pictures: which ones are, where each pixel stands, and what colour it gets. Pure: numbers in, numbers out.

import type { Ramp } from "./color.ts";

/** How the channels of a colour picture lie in an input: one after the other, or together pixel by pixel. */
export const LAYOUTS = ["planes", "interleaved"] as const;
export type Layout = (typeof LAYOUTS)[number];

export type Picture = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly layout: Layout;
};

/** Squares smaller than this are more likely a few features than a picture. */
const LEAST_SIDE = 8;

/** @returns what an input of so many numbers looks like: a grey square, a square in colour, or null for neither */
export function pictureOf(length: number, layout: Layout = "planes"): Picture | null {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(length / channels);
    if (Number.isInteger(side) && side >= LEAST_SIDE) return { width: side, height: side, channels, layout };
  }
  return null;
}

/** @returns where in an input the pixel's number stands */
export const placeOf = ({ width, height, channels, layout }: Picture, channel: number, y: number, x: number): number =>
  layout === "planes" ? (channel * height + y) * width + x : (y * width + x) * channels + channel;

/** What numbers are shown as the ramp's ends. */
export type Scale = { readonly from: number; readonly to: number };

/** @returns the least and the largest number, 0 among them; 0 to 1 where they are all 0 */
export function rangeOf(values: readonly number[]): Scale {
  let from = 0;
  let to = 0;
  for (const value of values) {
    if (value < from) from = value;
    if (value > to) to = value;
  }
  return from === to ? { from: 0, to: 1 } : { from, to };
}

/** @returns a scale with 0 in its middle */
export function signedRangeOf(values: readonly number[]): Scale {
  const { from, to } = rangeOf(values);
  const most = Math.max(-from, to);
  return { from: -most, to: most };
}

const OPAQUE = 255;

/**
 * @param values as many as the picture has pixels, times its channels
 * @param ramp for grey pictures; colours stand for themselves
 * @returns red, green, blue and opacity of each pixel, row by row
 */
export function shadesOf(
  values: readonly number[],
  picture: Picture,
  { from, to }: Scale,
  ramp: Ramp,
): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, channels } = picture;
  const pixels = new Uint8ClampedArray(4 * width * height);
  const shareAt = (channel: number, y: number, x: number): number =>
    ((values[placeOf(picture, channel, y, x)] ?? 0) - from) / (to - from);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = channels === 1 ? ramp(shareAt(0, y, x)) : [0, 1, 2].map((channel) => 255 * shareAt(channel, y, x));
      const [red = 0, green = 0, blue = 0] = color;
      pixels.set([red, green, blue, OPAQUE], 4 * (y * width + x));
    }
  }
  return pixels;
}
