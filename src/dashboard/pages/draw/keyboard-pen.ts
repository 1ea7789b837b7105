// Drawing without a pointer: what each key does to the pen. Pure.

import type { Point } from "./strokes.ts";

export type KeyboardPen = Point & { readonly isDown: boolean };

/** What a key asks for. */
export type PenStep =
  | { readonly does: "move"; readonly pen: KeyboardPen }
  | { readonly does: "toggle"; readonly pen: KeyboardPen }
  | { readonly does: "undo" }
  | { readonly does: "clear" };

export const PEN_AT_REST: KeyboardPen = { x: 0.5, y: 0.2, isDown: false };

export const PEN_KEYS =
  "Keys: arrows move the pen, with Shift further; Space lowers and lifts it; Backspace takes back a stroke; Delete clears.";

/** In sides of the sheet. */
const STEP = 0.025;
const LONG_STEP = 0.1;
const MARGIN = 0.05;

const DIRECTIONS: ReadonlyMap<string, Point> = new Map([
  ["ArrowLeft", { x: -1, y: 0 }],
  ["ArrowRight", { x: 1, y: 0 }],
  ["ArrowUp", { x: 0, y: -1 }],
  ["ArrowDown", { x: 0, y: 1 }],
]);

/** @param key as `KeyboardEvent.key` names it @returns null for a key that is not the pen's */
export function penStep(pen: KeyboardPen, key: string, isLong: boolean): PenStep | null {
  const direction = DIRECTIONS.get(key);
  if (direction !== undefined) {
    const by = isLong ? LONG_STEP : STEP;
    const x = onSheet(pen.x + by * direction.x);
    return { does: "move", pen: { ...pen, x, y: onSheet(pen.y + by * direction.y) } };
  }
  switch (key) {
    case " ":
      return { does: "toggle", pen: { ...pen, isDown: !pen.isDown } };
    case "Backspace":
      return { does: "undo" };
    case "Delete":
      return { does: "clear" };
    default:
      return null;
  }
}

const onSheet = (value: number): number => Math.min(1 - MARGIN, Math.max(MARGIN, value));
