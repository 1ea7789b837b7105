// A drawing as its strokes, and what drawing does to it. Pure: a change gives a new drawing, so that what was drawn can be shown, sent and taken back.

/** In sides of the sheet: (0, 0) is its upper left corner, (1, 1) its lower right one. */
export type Point = { readonly x: number; readonly y: number };

/** The places that the pen went through; a single one is a dot. */
export type Stroke = readonly Point[];

export type Sheet = {
  readonly strokes: readonly Stroke[];
  /** Whether it was taught: the next stroke begins a clean sheet. */
  readonly isDone: boolean;
};

/** Half of the pen's width, in sides of the sheet: strokes come out about as wide as those of MNIST's digits. */
export const PEN_RADIUS = 0.042;

export const CLEAN: Sheet = { strokes: [], isDone: false };

/** Points that are nearer to each other than this are one, in sides of the sheet. */
const LEAST_MOVE = 0.003;

export const beginStroke = ({ strokes, isDone }: Sheet, point: Point): Sheet => ({
  strokes: [...(isDone ? [] : strokes), [point]],
  isDone: false,
});

/** Draws on with the stroke that was begun last. */
export function extendStroke(sheet: Sheet, points: readonly Point[]): Sheet {
  const stroke = sheet.strokes.at(-1);
  if (stroke === undefined) return sheet;
  const longer = [...stroke];
  for (const point of points) {
    const last = longer.at(-1);
    if (last === undefined || Math.hypot(point.x - last.x, point.y - last.y) >= LEAST_MOVE) longer.push(point);
  }
  if (longer.length === stroke.length) return sheet;
  return { ...sheet, strokes: [...sheet.strokes.slice(0, -1), longer] };
}

export const undoStroke = ({ strokes }: Sheet): Sheet => ({ strokes: strokes.slice(0, -1), isDone: false });
