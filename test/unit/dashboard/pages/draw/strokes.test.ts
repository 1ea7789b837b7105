// Drawing on a sheet, by pointer and by keys.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEN_AT_REST, penStep } from "../../../../../src/dashboard/pages/draw/keyboard-pen.ts";
import { beginStroke, CLEAN, extendStroke, undoStroke } from "../../../../../src/dashboard/pages/draw/strokes.ts";

const [A, B, C] = [
  { x: 0.1, y: 0.1 },
  { x: 0.5, y: 0.1 },
  { x: 0.5, y: 0.9 },
];

test("points lengthen the stroke that was begun last, and are one where they lie together", () => {
  const sheet = extendStroke(beginStroke(beginStroke(CLEAN, A), B), [C, { x: C.x + 0.0001, y: C.y }]);
  assert.deepEqual(sheet.strokes, [[A], [B, C]]);
  assert.deepEqual(extendStroke(CLEAN, [A]), CLEAN);
});

test("undoing takes back the last stroke, and nothing from a clean sheet", () => {
  const sheet = extendStroke(beginStroke(beginStroke(CLEAN, A), B), [C]);
  assert.deepEqual(undoStroke(sheet).strokes, [[A]]);
  assert.deepEqual(undoStroke(CLEAN), CLEAN);
});

test("the first stroke after a lesson begins a clean sheet; undoing instead goes on with the old one", () => {
  const taught = { ...beginStroke(beginStroke(CLEAN, A), B), isDone: true };
  assert.deepEqual(beginStroke(taught, C), { strokes: [[C]], isDone: false });
  assert.deepEqual(undoStroke(taught), { strokes: [[A]], isDone: false });
});

test("arrow keys move the pen, further with Shift, and never off the sheet", () => {
  const right = penStep(PEN_AT_REST, "ArrowRight", false);
  const far = penStep(PEN_AT_REST, "ArrowRight", true);
  assert.ok(right?.does === "move" && far?.does === "move");
  assert.ok(PEN_AT_REST.x < right.pen.x && right.pen.x < far.pen.x);
  assert.equal(right.pen.y, PEN_AT_REST.y);
  let pen = PEN_AT_REST;
  for (let press = 0; press < 100; press++) {
    const step = penStep(pen, "ArrowUp", true);
    assert.ok(step?.does === "move");
    pen = step.pen;
  }
  assert.ok(pen.y > 0 && pen.y < 0.1);
});

test("Space lowers the pen and lifts it, other keys are not the pen's", () => {
  const down = penStep(PEN_AT_REST, " ", false);
  assert.ok(down?.does === "toggle" && down.pen.isDown);
  const up = penStep(down.pen, " ", false);
  assert.ok(up?.does === "toggle" && !up.pen.isDown);
  assert.deepEqual(penStep(PEN_AT_REST, "Backspace", false), { does: "undo" });
  assert.deepEqual(penStep(PEN_AT_REST, "Delete", false), { does: "clear" });
  for (const key of ["Tab", "a", "Enter", "toString"]) assert.equal(penStep(PEN_AT_REST, key, false), null);
});
