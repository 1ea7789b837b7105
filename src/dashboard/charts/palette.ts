// The page's colours for canvases, which style sheets do not reach: read from the same variables, anew when the theme changes.

import { computed } from "@preact/signals";
import { shownTheme } from "../app/theme.ts";

/** A colour by its variable, e.g. `--series-1`. */
export type Palette = (variable: string) => string;

export const palette = computed<Palette>(() => {
  void shownTheme.value; // the variables are of another theme then
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (variable) => {
    const colour = known.get(variable) ?? style.getPropertyValue(variable).trim();
    known.set(variable, colour);
    return colour;
  };
});

const TONES: { readonly [tone: string]: string } = {
  inference: "--inference",
  plastic: "--plastic",
  panic: "--panic",
  warn: "--warn",
  bad: "--bad",
};

/** The variable of what an event's `tone` means. */
export const toneColour = (tone: string): string => TONES[tone] ?? "--text-soft";
