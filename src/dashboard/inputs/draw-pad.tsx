// A grey picture that can be drawn on: with a pen, mouse or finger, or with the arrow keys and the space bar.

import { useRef, useState } from "preact/hooks";
import type { Picture } from "../ui/picture.ts";
import { Pixels } from "../ui/pixels.tsx";
import "./draw-pad.css";
import { isBlank } from "./input.ts";
import { type Point, withLine } from "./strokes.ts";

type DrawPadProps = {
  readonly values: readonly number[];
  readonly picture: Picture;
  readonly onDraw: (values: readonly number[]) => void;
};

/** Of the picture's side: strokes are then about as wide as those of digits in data sets. */
const BRUSH = 0.042;

const STEPS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export function DrawPad({ values, picture, onDraw }: DrawPadProps) {
  const side = picture.width;
  const [cursor, setCursor] = useState<Point>({ x: side / 2, y: side / 2 });
  const [isPenDown, setPenDown] = useState(false);
  const [isByKeys, setByKeys] = useState(false);
  const last = useRef<Point | null>(null);
  // Several moves may come before the next rendering.
  const latest = useRef(values);
  latest.current = values;

  const line = (from: Point, to: Point): void => {
    const ink = latest.current.reduce((most, value) => Math.max(most, value), 0) || 1;
    latest.current = withLine({ values: latest.current, side }, from, to, { radius: BRUSH * side, ink });
    onDraw(latest.current);
  };
  const pointOf = ({ clientX, clientY, currentTarget }: PointerOf): Point => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return { x: ((clientX - left) / width) * side, y: ((clientY - top) / height) * side };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined && event.key !== " ") return;
    event.preventDefault();
    setByKeys(true);
    if (step === undefined) {
      if (!isPenDown) line(cursor, cursor);
      setPenDown(!isPenDown);
      return;
    }
    const next = { x: within(cursor.x + step.x, side), y: within(cursor.y + step.y, side) };
    if (isPenDown) line(cursor, next);
    setCursor(next);
  };

  return (
    <div
      class="draw-pad"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: drawn on with the keyboard
      tabIndex={0}
      aria-label="Drawing pad. Arrow keys move the pen, the space bar lowers and lifts it."
      onKeyDown={onKeyDown}
      onBlur={() => {
        setPenDown(false);
        setByKeys(false);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = pointOf(event);
        line(last.current, last.current);
      }}
      onPointerMove={(event) => {
        if (last.current === null) return;
        const to = pointOf(event);
        line(last.current, to);
        last.current = to;
      }}
      onPointerUp={() => {
        last.current = null;
      }}
      onPointerCancel={() => {
        last.current = null;
      }}
    >
      <Pixels values={values} picture={picture} label="The input" />
      {isBlank(values) ? <span class="draw-pad-hint">Draw here</span> : null}
      {isByKeys ? (
        <span
          class="draw-pad-cursor"
          data-pen={isPenDown ? "down" : "up"}
          style={{ left: `${(100 * cursor.x) / side}%`, top: `${(100 * cursor.y) / side}%` }}
        />
      ) : null}
    </div>
  );
}

type PointerOf = { readonly clientX: number; readonly clientY: number; readonly currentTarget: Element };

const within = (value: number, side: number): number => Math.min(side - 0.5, Math.max(0.5, value));
