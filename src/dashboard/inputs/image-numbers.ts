// What a brain is given of an image: one number a pixel from black (0) to white (1), or three for its colours. Pure.

import { type Picture, placeOf } from "../ui/picture.ts";

/** Shares of red, green and blue in brightness (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;
const MOST = 255;

/**
 * @param rgba as `getImageData` gives it, of the picture's width and height, opaque
 * @param isInverted dark ink on light paper becomes light on dark
 */
export function numbersOf(rgba: Uint8ClampedArray, picture: Picture, isInverted: boolean): number[] {
  const { width, height, channels } = picture;
  const values = new Array<number>(width * height * channels).fill(0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const colors = LUMA.map((_, channel) => (rgba[at + channel] ?? 0) / MOST);
      const grey = LUMA.reduce((sum, share, channel) => sum + share * (colors[channel] ?? 0), 0);
      for (let channel = 0; channel < channels; channel++) {
        const value = channels === 1 ? grey : (colors[channel] ?? 0);
        values[placeOf(picture, channel, y, x)] = isInverted ? 1 - value : value;
      }
    }
  }
  return values;
}

/** The largest square in the middle of an image, in its pixels. */
export function middleSquare(
  width: number,
  height: number,
): { readonly x: number; readonly y: number; readonly side: number } {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}
