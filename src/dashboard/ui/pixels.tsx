// Numbers drawn as a picture, row by row: what a brain is given or recalls, as far as that is a picture. Light to dark is nothing to much, in the
// colour of text, so that it reads on either theme.

import { useLayoutEffect, useRef } from "preact/hooks";
import { shownTheme } from "../app/theme.ts";
import "./pixels.css";

type PixelsProps = {
  readonly values: ArrayLike<number>;
  /** Numbers in a row. */
  readonly width: number;
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  /** The number that is drawn darkest; 0 and what is below stays empty. */
  readonly most?: number;
};

/** Takes the width that it is given, whatever the number of pixels. */
export function Pixels({ values, width, label, most = 1 }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const height = Math.ceil(values.length / width);
  const theme = shownTheme.value;
  // The theme is what decides the colour that is read here.
  useLayoutEffect(() => {
    if (canvas.current !== null) paint(canvas.current, values, width, most);
  }, [values, width, most, theme]);
  return <canvas ref={canvas} class="pixels" width={width} height={height} role="img" aria-label={label} />;
}

function paint(canvas: HTMLCanvasElement, values: ArrayLike<number>, width: number, most: number): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const [red, green, blue] = channelsOf(getComputedStyle(canvas).color);
  const image = context.createImageData(width, canvas.height);
  for (let index = 0; index < values.length; index++) {
    image.data.set([red, green, blue, (255 * Math.max(0, values[index] ?? 0)) / most], 4 * index);
  }
  context.putImageData(image, 0, 0);
}

/** @param color as browsers compute it: `rgb(23, 33, 31)` */
function channelsOf(color: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
