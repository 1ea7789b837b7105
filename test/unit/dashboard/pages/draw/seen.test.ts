// What a brain sees of a drawing.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { centreOfMass, pictureSeen } from "../../../../../src/dashboard/pages/draw/seen.ts";
import type { Stroke } from "../../../../../src/dashboard/pages/draw/strokes.ts";

const SIDE = 28;
const PEN = 0.04;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const stroke = fc.array(fc.record({ x: place, y: place }), { minLength: 1, maxLength: 12 });
const drawing = fc.array(stroke, { minLength: 1, maxLength: 4 });
const SEVEN: readonly Stroke[] = [
  [
    { x: 0.3, y: 0.25 },
    { x: 0.7, y: 0.25 },
    { x: 0.45, y: 0.8 },
  ],
];

const moved = (strokes: readonly Stroke[], scale: number, x: number, y: number): Stroke[] =>
  strokes.map((points) => points.map((point) => ({ x: scale * point.x + x, y: scale * point.y + y })));

const sum = (picture: readonly number[]): number => picture.reduce((total, share) => total + share, 0);

/** The rows and columns that hold ink, as [first, last]. */
function inked(picture: readonly number[], side: number) {
  const indices = picture.flatMap((share, index) => (share > 0 ? [index] : []));
  const rows = indices.map((index) => Math.floor(index / side));
  const columns = indices.map((index) => index % side);
  return {
    rows: [Math.min(...rows), Math.max(...rows)] as const,
    columns: [Math.min(...columns), Math.max(...columns)] as const,
  };
}

test("nothing drawn is seen as nothing", () => {
  assert.deepEqual(pictureSeen([], PEN, SIDE), new Array(SIDE * SIDE).fill(0));
});

test("a drawing is seen alike wherever it stands and however large it is", () => {
  const shift = fc.double({ min: -3, max: 3, noNaN: true });
  const scale = fc.double({ min: 0.05, max: 20, noNaN: true });
  fc.assert(
    fc.property(drawing, scale, shift, shift, (strokes, by, x, y) => {
      const seen = pictureSeen(strokes, PEN, SIDE);
      const other = pictureSeen(moved(strokes, by, x, y), PEN * by, SIDE);
      for (const [index, share] of seen.entries()) assert.ok(Math.abs(share - (other[index] ?? Number.NaN)) < 1e-6);
    }),
  );
});

test("a picture has as many numbers as the brain takes, each a share, and ink where something was drawn", () => {
  fc.assert(
    fc.property(drawing, fc.integer({ min: 8, max: 64 }), (strokes, side) => {
      const seen = pictureSeen(strokes, PEN, side);
      assert.equal(seen.length, side * side);
      assert.ok(seen.every((share) => share >= 0 && share <= 1));
      assert.ok(sum(seen) > 0);
    }),
  );
});

test("the longer side of the ink takes 20 of 28 pixels", () => {
  fc.assert(
    fc.property(drawing, (strokes) => {
      const { rows, columns } = inked(pictureSeen(strokes, PEN, SIDE), SIDE);
      const longest = Math.max(rows[1] - rows[0], columns[1] - columns[0]) + 1;
      // The edge of the ink may share one more pixel at either end.
      assert.ok(longest >= 20 && longest <= 22, `${longest} pixels`);
    }),
  );
});

test("a symmetric drawing has its mass in the middle, and so has any whose ink has room for that", () => {
  fc.assert(
    fc.property(drawing, (strokes) => {
      const turned = moved(strokes, -1, 1, 1);
      const { x, y } = centreOfMass(pictureSeen([...strokes, ...turned], PEN, SIDE), SIDE);
      assert.ok(Math.abs(x - 14) < 1e-6 && Math.abs(y - 14) < 1e-6);
    }),
  );
  const { x, y } = centreOfMass(pictureSeen(SEVEN, PEN, SIDE), SIDE);
  assert.ok(Math.abs(x - 14) < 0.1 && Math.abs(y - 14) < 0.1, `${x}, ${y}`);
});

test("ink that is far from its centre of mass stays in the picture", () => {
  const blot = Array.from({ length: 40 }, (_, index) => [
    { x: 0.02 * (index % 7), y: 0.02 * Math.floor(index / 7) },
    { x: 0.02 * (index % 7) + 0.01, y: 0.02 * Math.floor(index / 7) },
  ]);
  const tail: Stroke = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
  ];
  const { columns } = inked(pictureSeen([...blot, tail], 0.01, SIDE), SIDE);
  assert.ok(columns[1] - columns[0] + 1 >= 20);
});
