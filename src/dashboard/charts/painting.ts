// What a chart draws beside uPlot's lines: bands from the least to the greatest, marks of what happened, and the mode along the top.
// Invariant: a band is drawn by columns of pixels, each from the least to the greatest in it: however many points there are, no spike is lost.

import type uPlot from "uplot";
import { toneOf } from "./mark-wording.ts";
import { modeStretches } from "./marks.ts";
import { type Palette, toneColour } from "./palette.ts";
import type { Picture, Series } from "./source.ts";
import type { Values } from "./timeline.ts";

const BAND_ALPHA = 0.18;
/** Of the mode's ribbon above the plot, and how far above, in pixels of the page. */
const RIBBON_HEIGHT = 3;
const RIBBON_ABOVE = 6;
/** Of marks that are many and say little. */
const SHORT_MARK = 8;
const SHORT: ReadonlySet<string> = new Set(["checkpointed"]);

/** Keeps drawing inside the plot. */
function inside({ ctx, bbox }: uPlot, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw();
  ctx.restore();
}

export function paintBands(plot: uPlot, { timeline }: Picture, series: readonly Series[], colours: Palette): void {
  inside(plot, () => {
    plot.ctx.globalAlpha = BAND_ALPHA;
    for (const { name, colour } of series) {
      const column = timeline.column(name);
      if (column === null) continue;
      plot.ctx.fillStyle = colours(colour);
      plot.ctx.fill(bandPath(plot, column.min, column.max));
    }
  });
}

/** What of a band is at one pixel, in the numbers' own unit. */
type PixelColumn = { readonly x: number; least: number; greatest: number };

/** One shape for each stretch without a gap; a point alone is as wide as a line. */
function bandPath(plot: uPlot, min: Values, max: Values): Path2D {
  const path = new Path2D();
  const times = plot.data[0];
  const [from, to] = [plot.scales.x?.min ?? 0, plot.scales.x?.max ?? 0];
  const [left, perSecond] = [plot.bbox.left, plot.bbox.width / (to - from)];
  let columns: PixelColumn[] = [];
  const close = (): void => {
    traceBand(path, plot, columns);
    columns = [];
  };
  for (let place = 0; place < times.length; place++) {
    const time = times[place] ?? 0;
    const [least, greatest] = [min[place] ?? null, max[place] ?? null];
    if (least === null || greatest === null || (times[place + 1] ?? time) < from || (times[place - 1] ?? time) > to) {
      close();
      continue;
    }
    const x = Math.round(left + (time - from) * perSecond);
    const last = columns[columns.length - 1];
    if (last?.x === x) {
      last.least = Math.min(last.least, least);
      last.greatest = Math.max(last.greatest, greatest);
    } else columns.push({ x, least, greatest });
  }
  close();
  return path;
}

function traceBand(path: Path2D, plot: uPlot, columns: readonly PixelColumn[]): void {
  const [first] = columns;
  if (first === undefined) return;
  const y = (value: number): number => plot.valToPos(value, "y", true);
  if (columns.length === 1) {
    path.rect(first.x - 1, y(first.greatest), 2, y(first.least) - y(first.greatest));
    return;
  }
  path.moveTo(first.x, y(first.greatest));
  for (const { x, greatest } of columns) path.lineTo(x, y(greatest));
  for (const { x, least } of columns.toReversed()) path.lineTo(x, y(least));
  path.closePath();
}

/** A line where something happened; several at one pixel are one line, in the colour of the one that means most. */
export function paintMarks(plot: uPlot, { marks }: Picture, colours: Palette): void {
  inside(plot, () => {
    const { ctx, bbox } = plot;
    ctx.lineWidth = Math.max(1, Math.round(devicePixelRatio));
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    const lines = new Map<number, { readonly tone: string; readonly height: number }>();
    for (const mark of marks) {
      const x = Math.round(plot.valToPos(mark.timeMs / 1000, "x", true));
      const tone = toneOf(mark);
      const height = SHORT.has(mark.type) ? SHORT_MARK * devicePixelRatio : bbox.height;
      const there = lines.get(x);
      if (there === undefined || tone !== "plain" || there.height < height) lines.set(x, { tone, height });
    }
    for (const [x, { tone, height }] of lines) {
      ctx.globalAlpha = tone === "plain" ? 0.45 : 0.9;
      ctx.strokeStyle = colours(toneColour(tone));
      ctx.beginPath();
      ctx.moveTo(x + 0.5, bbox.top);
      ctx.lineTo(x + 0.5, bbox.top + height);
      ctx.stroke();
    }
  });
}

/** In pixels of the page. */
const NAME_BASE = 12;
const NAME_GAP = 6;
/** Narrower is no room for a name. */
const LEAST_NAME = 22;
const STRETCH_ALPHA = 0.6;

/** Every other stretch lies on a darker ground, with its name above. */
export function paintStretches(plot: uPlot, { stretches }: Picture, colours: Palette): void {
  const { ctx, bbox } = plot;
  const at = (timeMs: number): number =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(timeMs / 1000, "x", true)));
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  for (const [place, { fromMs, toMs, name }] of stretches.entries()) {
    const [left, right] = [at(fromMs), at(toMs)];
    if (place % 2 === 1) {
      ctx.globalAlpha = STRETCH_ALPHA;
      ctx.fillStyle = colours("--sunken");
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.globalAlpha = 1;
    }
    const room = right - left - NAME_GAP * devicePixelRatio;
    if (room < LEAST_NAME * devicePixelRatio) continue;
    ctx.fillStyle = colours("--text-soft");
    ctx.fillText(fitting(ctx, name, room), left, bbox.top - NAME_BASE * devicePixelRatio);
  }
  ctx.restore();
}

/** @returns as much of `text` as there is room for */
function fitting(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text;
  for (let length = text.length - 1; length > 0; length--) {
    const shorter = `${text.slice(0, length).trimEnd()}…`;
    if (ctx.measureText(shorter).width <= room) return shorter;
  }
  return "";
}

/** Which mode it was in, above the plot. */
export function paintModes(plot: uPlot, { marks, mode, span }: Picture, colours: Palette): void {
  const { ctx, bbox } = plot;
  const top = bbox.top - RIBBON_ABOVE * devicePixelRatio;
  ctx.save();
  for (const stretch of modeStretches(marks, span.fromMs, span.toMs, mode)) {
    const left = plot.valToPos(stretch.fromMs / 1000, "x", true);
    const right = plot.valToPos(stretch.toMs / 1000, "x", true);
    ctx.fillStyle = colours(toneColour(stretch.mode));
    ctx.fillRect(left, top, right - left, RIBBON_HEIGHT * devicePixelRatio);
  }
  ctx.restore();
}
