// Numbers as a picture, one pixel each, enlarged without smoothing.

import { useEffect, useRef } from "preact/hooks";
import { shownTheme } from "../app/theme.ts";
import { GREYS } from "./color.ts";
import { type Picture, rangeOf, type Scale, shadesOf, signedRangeOf } from "./picture.ts";
import "./pixels.css";
import { signedRamp } from "./tokens.ts";

type PixelsProps = {
  readonly values: readonly number[];
  readonly picture: Picture;
  /** What is to be seen, for those who do not see it. */
  readonly label: string;
  /** `grey`: an image, black to white; `signed`: numbers around 0, in the colours of the page. */
  readonly look?: "grey" | "signed";
  /** What black and white stand for; left out: 0 to 1, or the least and largest number where that does not hold them. */
  readonly scale?: Scale | undefined;
};

/** As wide as its place. */
export function Pixels({ values, picture, label, look = "grey", scale }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = shownTheme.value;
  // The theme is among what counts: its colours are read while drawing.
  useEffect(() => {
    const shades =
      look === "grey"
        ? shadesOf(values, picture, scale ?? imageRangeOf(values), GREYS)
        : shadesOf(values, picture, scale ?? signedRangeOf(values), signedRamp());
    canvas.current?.getContext("2d")?.putImageData(new ImageData(shades, picture.width, picture.height), 0, 0);
  }, [values, picture, look, scale, theme]);
  return (
    <canvas ref={canvas} class="pixels" width={picture.width} height={picture.height} role="img" aria-label={label} />
  );
}

/** Images have 0 to 1; numbers far smaller, or larger, would show nothing so. */
function imageRangeOf(values: readonly number[]): Scale {
  const range = rangeOf(values);
  return range.from === 0 && range.to > 0.5 && range.to <= 1 ? { from: 0, to: 1 } : range;
}
