// A canvas that is drawn in the device's own pixels, and anew when its size, the theme or what it shows changes.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { shownTheme } from "../app/theme.ts";

/** In the device's pixels, `ratio` of them to one of the page's. */
export type CanvasSize = { readonly width: number; readonly height: number; readonly ratio: number };

type Paint = (context: CanvasRenderingContext2D, size: CanvasSize) => void;

/**
 * @param paint draws on an empty canvas
 * @param shown what it draws: it is called again when one of these changes
 * @returns what the canvas's `ref` is to be; its style sheet gives it its size
 */
export function useCanvas(paint: Paint, shown: readonly unknown[]): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<CanvasSize | null>(null);
  const theme = shownTheme.value;
  useEffect(() => {
    if (canvas.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize(sizeOf(entry));
    });
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  // The theme is among what counts: its colours are read while drawing.
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current === null || context === null || context === undefined || size === null) return;
    canvas.current.width = size.width;
    canvas.current.height = size.height;
    paint(context, size);
  }, [size, theme, ...shown]);
  return canvas;
}

function sizeOf({ contentRect }: ResizeObserverEntry): CanvasSize {
  const ratio = devicePixelRatio;
  return { width: Math.round(contentRect.width * ratio), height: Math.round(contentRect.height * ratio), ratio };
}
