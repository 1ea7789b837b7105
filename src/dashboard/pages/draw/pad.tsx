// The sheet to draw on: with mouse, pen or finger, or with the keys of `keyboard-pen.ts`.

import { useId, useState } from "preact/hooks";
import { tokenOf } from "../../ui/tokens.ts";
import { type CanvasSize, useCanvas } from "../../ui/use-canvas.ts";
import { type KeyboardPen, PEN_AT_REST, PEN_KEYS, penStep } from "./keyboard-pen.ts";
import { beginStroke, CLEAN, extendStroke, PEN_RADIUS, type Point, type Sheet, undoStroke } from "./strokes.ts";

type PadProps = {
  readonly sheet: Sheet;
  /** Several changes may come before the next rendering: each begins with what the one before left. */
  readonly onDraw: (change: (sheet: Sheet) => Sheet) => void;
};

export function Pad({ sheet, onDraw }: PadProps) {
  const [pen, setPen] = useState<KeyboardPen>(PEN_AT_REST);
  const [isByKeys, setByKeys] = useState(false);
  const [isByPointer, setByPointer] = useState(false);
  const keys = useId();
  const canvas = useCanvas(
    (context, size) => {
      paintStrokes(context, size, sheet);
      if (isByKeys) paintPen(context, size, pen);
    },
    [sheet, pen, isByKeys],
  );

  const press = (event: KeyboardEvent): void => {
    const step = event.ctrlKey || event.metaKey || event.altKey ? null : penStep(pen, event.key, event.shiftKey);
    if (step === null) return;
    event.preventDefault();
    setByKeys(true);
    if (step.does === "undo" || step.does === "clear") {
      onDraw(step.does === "undo" ? undoStroke : () => CLEAN);
      setPen({ ...pen, isDown: false });
      return;
    }
    const { does, pen: next } = step;
    setPen(next);
    if (next.isDown) onDraw((now) => (does === "toggle" ? beginStroke(now, next) : extendStroke(now, [next])));
  };
  const liftPointer = (): void => setByPointer(false);

  return (
    <div
      class="draw-pad"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on with the keyboard
      tabIndex={0}
      aria-label="Drawing pad"
      aria-describedby={keys}
      onKeyDown={press}
      onBlur={() => {
        setByKeys(false);
        setPen({ ...pen, isDown: false });
      }}
      onPointerDown={(event) => {
        if (event.button !== 0 || !event.isPrimary) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setByKeys(false);
        setByPointer(true);
        const point = pointOf(event, event.currentTarget);
        onDraw((now) => beginStroke(now, point));
      }}
      onPointerMove={(event) => {
        if (!isByPointer || !event.isPrimary) return;
        // Browsers put several moves into one event; those that do not say which have the event itself.
        const moves = event.getCoalescedEvents?.() ?? [];
        const points = (moves.length === 0 ? [event] : moves).map((move) => pointOf(move, event.currentTarget));
        onDraw((now) => extendStroke(now, points));
      }}
      onPointerUp={liftPointer}
      onPointerCancel={liftPointer}
    >
      <canvas ref={canvas} />
      {sheet.strokes.length === 0 && !isByKeys ? <span class="draw-pad-hint">Draw here</span> : null}
      <p class="hidden" id={keys}>
        {PEN_KEYS}
      </p>
      <p class="hidden" role="status">
        {isByKeys ? `Pen ${pen.isDown ? "down" : "up"}` : ""}
      </p>
    </div>
  );
}

function pointOf({ clientX, clientY }: PointerEvent, canvas: Element): Point {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height };
}

function paintStrokes(context: CanvasRenderingContext2D, { width }: CanvasSize, { strokes, isDone }: Sheet): void {
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = 2 * PEN_RADIUS * width;
  context.strokeStyle = tokenOf(isDone ? "--line-strong" : "--text");
  for (const stroke of strokes) {
    context.beginPath();
    for (const { x, y } of stroke) context.lineTo(x * width, y * width);
    // A line to itself: a dot.
    const [first] = stroke;
    if (stroke.length === 1 && first !== undefined) context.lineTo(first.x * width, first.y * width);
    context.stroke();
  }
}

function paintPen(
  context: CanvasRenderingContext2D,
  { width, ratio }: CanvasSize,
  { x, y, isDown }: KeyboardPen,
): void {
  context.beginPath();
  context.arc(x * width, y * width, PEN_RADIUS * width, 0, 2 * Math.PI);
  context.lineWidth = 2 * ratio;
  context.strokeStyle = tokenOf("--focus");
  context.stroke();
  if (!isDown) return;
  context.fillStyle = tokenOf("--focus");
  context.fill();
}
