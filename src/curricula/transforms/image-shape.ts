// Pixels as numbers: float32 [height, width, channels] in 0 to 1, row-major.

export type ImageShape = { readonly height: number; readonly width: number; readonly channels: number };

/** @returns what a dataset's `shape` says of pixels; null where it is of plain features, or there is none */
export function imageShapeOf(shape: readonly number[] | null): ImageShape | null {
  const [height, width, channels] = shape ?? [];
  if (height === undefined || width === undefined || channels === undefined) return null;
  return { height, width, channels };
}

/** @returns it within 0 to 1 */
export const clamped = (value: number): number => Math.min(1, Math.max(0, value));
