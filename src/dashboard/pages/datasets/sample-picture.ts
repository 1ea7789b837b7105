// How a dataset's features lie where they are an image's pixels. Pure.

import type { Picture } from "../../ui/picture.ts";

/** @param shape [height, width, channels]. @returns null for what is no grey picture and none in colour */
export function pictureOfShape(shape: readonly number[] | null): Picture | null {
  const [height, width, channels, ...rest] = shape ?? [];
  if (height === undefined || width === undefined || rest.length > 0) return null;
  return channels === 1 || channels === 3 ? { height, width, channels, layout: "interleaved" } : null;
}
