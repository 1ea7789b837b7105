// What a brain sees of a drawing: its ink as MNIST has digits (LeCun, Cortes and Burges 1998), scaled to fit a box of 20 × 20 in a field of 28 × 28,
// keeping its proportions, and put so that its centre of mass lies in the field's centre. Pure. The same drawing elsewhere, larger or smaller, with
// its pen, gives the same picture; all ink stays in the field.

import type { Point, Stroke } from "./strokes.ts";

const BOX_SHARE = 20 / 28;

type Segment = { readonly from: Point; readonly to: Point };
type Ink = { readonly segments: readonly Segment[]; readonly radius: number };
type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/**
 * @param strokes in any unit
 * @param penRadius in the same
 * @param side of the picture, in pixels
 * @returns float [side · side], row by row: the share of each pixel that is ink; all 0 where nothing was drawn
 */
export function pictureSeen(strokes: readonly Stroke[], penRadius: number, side: number): number[] {
  const box = boxOf(strokes, penRadius);
  if (box === null) return new Array<number>(side * side).fill(0);
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const scale = (side * BOX_SHARE) / Math.max(width, height);
  const boxed = moved(strokes, penRadius, scale, {
    x: (side - scale * (box.left + box.right)) / 2,
    y: (side - scale * (box.top + box.bottom)) / 2,
  });
  const mass = centreOfMass(rendered(boxed, side), side);
  return rendered(
    shifted(boxed, {
      x: within(side / 2 - mass.x, (side - scale * width) / 2),
      y: within(side / 2 - mass.y, (side - scale * height) / 2),
    }),
    side,
  );
}

const within = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

function boxOf(strokes: readonly Stroke[], margin: number): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of strokes.flat()) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  if (left > right) return null;
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}

/** @returns the strokes as lines between neighbouring points, in pixels; a dot is a line to itself */
function moved(strokes: readonly Stroke[], penRadius: number, scale: number, by: Point): Ink {
  const place = ({ x, y }: Point): Point => ({ x: scale * x + by.x, y: scale * y + by.y });
  const segments = strokes.flatMap((stroke) =>
    stroke.flatMap((point, index) => {
      const before = stroke[index - 1] ?? point;
      return index === 0 && stroke.length > 1 ? [] : [{ from: place(before), to: place(point) }];
    }),
  );
  return { segments, radius: scale * penRadius };
}

const shifted = ({ segments, radius }: Ink, by: Point): Ink => ({
  segments: segments.map(({ from, to }) => ({
    from: { x: from.x + by.x, y: from.y + by.y },
    to: { x: to.x + by.x, y: to.y + by.y },
  })),
  radius,
});

/** A pixel's share of ink follows from how far its middle lies inside of the nearest line's edge, to half a pixel either way. */
function rendered({ segments, radius }: Ink, side: number): number[] {
  const picture = new Array<number>(side * side).fill(0);
  const reach = radius + 0.5;
  for (const { from, to } of segments) {
    const firstRow = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const lastRow = Math.min(side - 1, Math.ceil(Math.max(from.y, to.y) + reach));
    const firstColumn = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const lastColumn = Math.min(side - 1, Math.ceil(Math.max(from.x, to.x) + reach));
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const share = within(reach - distanceTo({ x: column + 0.5, y: row + 0.5 }, from, to), 1);
        const index = row * side + column;
        if (share > (picture[index] ?? 0)) picture[index] = share;
      }
    }
  }
  return picture;
}

/** @returns how far a point is from a line between two */
function distanceTo(point: Point, from: Point, to: Point): number {
  const [x, y] = [to.x - from.x, to.y - from.y];
  const length = x * x + y * y;
  const projected = length === 0 ? 0 : ((point.x - from.x) * x + (point.y - from.y) * y) / length;
  const share = Math.min(1, Math.max(0, projected));
  return Math.hypot(point.x - from.x - share * x, point.y - from.y - share * y);
}

/** @param picture with ink in it */
export function centreOfMass(picture: readonly number[], side: number): Point {
  let [ink, x, y] = [0, 0, 0];
  for (const [index, share] of picture.entries()) {
    ink += share;
    x += share * ((index % side) + 0.5);
    y += share * (Math.floor(index / side) + 0.5);
  }
  return { x: x / ink, y: y / ink };
}
