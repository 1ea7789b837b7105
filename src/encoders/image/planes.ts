// Pixels as the numbers that a network was trained on.

import type { ImageInput } from "../definition.ts";

/**
 * `(pixel / 255 − mean) / std` for each channel, in the network's order.
 * @param pixels uint8 [height, width, channels]: red, green, blue, or grey
 * @param into float32 [channels, height, width] for layout `nchw`, [height, width, channels] for `nhwc`
 */
export function writePlanes(pixels: Uint8Array, input: ImageInput, into: Float32Array): void {
  const { width, height, layout, colour, mean, std } = input;
  const channels = channelsOf(input);
  const area = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const from = colour === "bgr" ? channels - 1 - channel : channel;
    const scale = 1 / (255 * (std[channel] ?? 1));
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1);
    const [start, stride] = layout === "nchw" ? [channel * area, 1] : [channel, channels];
    for (let at = 0; at < area; at++) {
      into[start + at * stride] = (pixels[at * channels + from] ?? 0) * scale - shift;
    }
  }
}

const channelsOf = ({ colour }: Pick<ImageInput, "colour">): 1 | 3 => (colour === "grey" ? 1 : 3);

/** Of one picture, as the network takes it. */
export function shapeOf(input: ImageInput): readonly number[] {
  const { width, height, layout } = input;
  const channels = channelsOf(input);
  return layout === "nchw" ? [1, channels, height, width] : [1, height, width, channels];
}

/** Numbers of one picture. */
export const numbersOf = (input: ImageInput): number => channelsOf(input) * input.width * input.height;
