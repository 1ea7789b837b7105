// A chart by keyboard: which key does what to the cursor and the window that all charts share. Pure.

import { measuredBeside } from "./points.ts";
import type { ChartSpec, Picture } from "./source.ts";
import type { Span } from "./windows.ts";

export type KeyAction =
  | { readonly type: "point"; readonly place: number }
  | { readonly type: "leave" }
  | { readonly type: "zoom"; readonly span: Span }
  | { readonly type: "reset" };

const STEPS: { readonly [key: string]: number } = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -10,
  PageUp: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** What people are told of it. */
export const KEY_HELP =
  "Arrow keys move the cursor of all charts, Page Up and Page Down by ten points, Home and End to the ends; plus zooms in there, minus out, 0 shows the whole window again; Escape leaves.";

/** @param timeMs where the cursor is; null: nowhere yet. @returns null for a key that means nothing here */
export function actionOf(
  key: string,
  { series }: ChartSpec,
  picture: Picture,
  timeMs: number | null,
): KeyAction | null {
  const { timeline, span } = picture;
  if (key === "Escape") return { type: "leave" };
  if (key === "0") return { type: "reset" };
  if (key === "+" || key === "=" || key === "-")
    return { type: "zoom", span: zoomed(span, timeMs, key === "-" ? 2 : 0.5) };
  const step = STEPS[key];
  if (step === undefined) return null;
  const columns = timeline.means(series);
  // Who comes begins at the newest point.
  const isHere = timeMs !== null;
  const place = isHere ? Math.round((timeMs - timeline.firstMs) / timeline.stepMs) : timeline.length;
  const found =
    step === Number.NEGATIVE_INFINITY
      ? measuredBeside(columns, -1, 1)
      : step === Number.POSITIVE_INFINITY || (!isHere && step > 0)
        ? measuredBeside(columns, timeline.length, -1)
        : measuredBeside(columns, place, step);
  return found === null ? null : { type: "point", place: found };
}

/** @returns `factor` times as much time, with what is at `timeMs` where it was; around the middle where that is null */
function zoomed({ fromMs, toMs }: Span, timeMs: number | null, factor: number): Span {
  const middle = timeMs ?? (fromMs + toMs) / 2;
  return {
    fromMs: Math.round(middle - factor * (middle - fromMs)),
    toMs: Math.round(middle + factor * (toMs - middle)),
  };
}
