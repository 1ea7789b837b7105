// The colours of the style sheets (styles/tokens.css) for canvases. They are read anew each time: the theme may have changed.

import { type Ramp, type Rgb, rampThrough, rgbOf } from "./color.ts";

/** @param name as the style sheets have it, e.g. `--accent` */
export const tokenOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const tokenRgb = (name: string): Rgb => rgbOf(tokenOf(name));

/** From nothing to much. */
export const muchRamp = (): Ramp =>
  rampThrough(["--ramp-0", "--ramp-1", "--ramp-2", "--ramp-3", "--ramp-4", "--ramp-5"].map(tokenRgb));

/** From much below zero over nothing, in the middle, to much above. */
export const signedRamp = (): Ramp =>
  rampThrough(["--panic", "--panic-soft", "--ramp-0", "--ramp-2", "--ramp-4"].map(tokenRgb));
