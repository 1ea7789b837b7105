// Drawing on numbers: a round brush with a soft edge, moved from point to point. Pure; a stroke never makes ink less.

export type Point = { readonly x: number; readonly y: number };

/** A square of numbers, row by row. */
export type Sheet = { readonly values: readonly number[]; readonly side: number };

export type Brush = {
  /** In pixels of the sheet. */
  readonly radius: number;
  /** What a pixel is under it. */
  readonly ink: number;
};

/** How far ink fades at the brush's edge, in pixels. */
const EDGE = 1;

/**
 * @param from, to in pixels of the sheet, (0, 0) its upper left corner; they may lie outside
 * @returns the sheet's numbers with a line
 */
export function withLine({ values, side }: Sheet, from: Point, to: Point, { radius, ink }: Brush): number[] {
  return values.map((value, index) => {
    const pixel = { x: (index % side) + 0.5, y: Math.floor(index / side) + 0.5 };
    const distance = distanceTo(pixel, from, to);
    const cover = Math.min(1, Math.max(0, (radius + EDGE / 2 - distance) / EDGE));
    return Math.max(value, cover * ink);
  });
}

/** @returns how far a point is from a line between two */
function distanceTo(point: Point, from: Point, to: Point): number {
  const along = { x: to.x - from.x, y: to.y - from.y };
  const length = along.x ** 2 + along.y ** 2;
  const projected = length === 0 ? 0 : ((point.x - from.x) * along.x + (point.y - from.y) * along.y) / length;
  const share = Math.min(1, Math.max(0, projected));
  return Math.hypot(point.x - from.x - share * along.x, point.y - from.y - share * along.y);
}
