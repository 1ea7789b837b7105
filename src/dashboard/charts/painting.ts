// What a chart draws beside uPlot's lines: bands from the least to the greatest, marks of what happened, and the mode along the top.
// Invariant: a band is drawn by columns of pixels, each from the least to the greatest in it: however many points there are, no spike is lost.

import type uPlot from "uplot";
import { wordingOf } from "./mark-wording.ts";
import { modeStretches } from "./marks.ts";
import { type Palette, toneColour } from "./palette.ts";
import type { Picture, Series } from "./source.ts";

const BAND_ALPHA = 0.18;
const RIBBON_HEIGHT = 3;

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

/** One shape for each stretch without a gap; a point alone is as wide as a line. */
function bandPath(plot: uPlot, min: readonly (number | null)[], max: readonly (number | null)[]): Path2D {
  const path = new Path2D();
  const times = plot.data[0];
  const [from, to] = [plot.scales.x?.min ?? 0, plot.scales.x?.max ?? 0];
  let columns: { x: number; top: number; bottom: number }[] = [];
  const close = (): void => {
    traceBand(path, columns);
    columns = [];
  };
  for (let place = 0; place < times.length; place++) {
    const time = times[place] ?? 0;
    const [least, greatest] = [min[place] ?? null, max[place] ?? null];
    if (least === null || greatest === null || (times[place + 1] ?? time) < from || (times[place - 1] ?? time) > to) {
      close();
      continue;
    }
    const x = Math.round(plot.valToPos(time, "x", true));
    const [top, bottom] = [plot.valToPos(greatest, "y", true), plot.valToPos(least, "y", true)];
    const last = columns.at(-1);
    if (last?.x === x) {
      last.top = Math.min(last.top, top);
      last.bottom = Math.max(last.bottom, bottom);
    } else columns.push({ x, top, bottom });
  }
  close();
  return path;
}

function traceBand(path: Path2D, columns: readonly { x: number; top: number; bottom: number }[]): void {
  const [first] = columns;
  if (first === undefined) return;
  if (columns.length === 1) {
    path.rect(first.x - 1, first.top, 2, first.bottom - first.top);
    return;
  }
  path.moveTo(first.x, first.top);
  for (const { x, top } of columns) path.lineTo(x, top);
  for (const { x, bottom } of columns.toReversed()) path.lineTo(x, bottom);
  path.closePath();
}

/** A line where something happened; several at one pixel are one line, in the colour of the one that means most. */
export function paintMarks(plot: uPlot, { marks }: Picture, colours: Palette): void {
  inside(plot, () => {
    const { ctx, bbox } = plot;
    ctx.lineWidth = Math.max(1, Math.round(devicePixelRatio));
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    const tones = new Map<number, string>();
    for (const mark of marks) {
      const x = Math.round(plot.valToPos(mark.timeMs / 1000, "x", true));
      const { tone } = wordingOf(mark);
      if (tone !== "plain" || !tones.has(x)) tones.set(x, tone);
    }
    for (const [x, tone] of tones) {
      ctx.globalAlpha = tone === "plain" ? 0.45 : 0.9;
      ctx.strokeStyle = colours(toneColour(tone));
      ctx.beginPath();
      ctx.moveTo(x + 0.5, bbox.top);
      ctx.lineTo(x + 0.5, bbox.top + bbox.height);
      ctx.stroke();
    }
  });
}

/** Which mode it was in, along the top edge. */
export function paintModes(plot: uPlot, { marks, mode, span }: Picture, colours: Palette): void {
  inside(plot, () => {
    const { ctx, bbox } = plot;
    for (const stretch of modeStretches(marks, span.fromMs, span.toMs, mode)) {
      const left = plot.valToPos(stretch.fromMs / 1000, "x", true);
      const right = plot.valToPos(stretch.toMs / 1000, "x", true);
      ctx.fillStyle = colours(toneColour(stretch.mode));
      ctx.fillRect(left, bbox.top, right - left, RIBBON_HEIGHT * devicePixelRatio);
    }
  });
}
