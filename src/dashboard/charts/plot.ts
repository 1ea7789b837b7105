// A chart on a canvas, by uPlot: lines over time, which our own painting completes. It holds no data of its own: it draws the picture as it is
// when it is told to.

import uPlot from "uplot";
import { type Axis, logTicks, scaleRange } from "./axes.ts";
import { paintBands, paintMarks, paintModes, paintStretches } from "./painting.ts";
import { type Palette, palette } from "./palette.ts";
import { extent, isolated, nearestMeasured } from "./points.ts";
import { smoothed } from "./smoothing.ts";
import type { ChartSpec, Picture, Series } from "./source.ts";
import type { Values } from "./timeline.ts";
import type { Span } from "./windows.ts";

/** Height of what stands under the drawing. */
export const AXIS_HEIGHT = 26;
const AXIS_WIDTH = 52;
/** Narrower is a click, not a stretch. */
const LEAST_DRAG_PX = 5;
const RAW_ALPHA = 0.35;
/** Above the plot, where names of stretches stand there. */
const NAMES_HEIGHT = 26;
/** Beside the plot, for half of the last tick's number. */
const TICK_ROOM = 14;
/** How far the pointer may be from a point that it means. */
const SNAP_PX = 12;

export type PlotEvents = {
  /** The pointer is over a point that begins at `timeMs`, itself at `pointerMs`. */
  readonly onHover: (timeMs: number, pointerMs: number) => void;
  readonly onLeave: () => void;
  readonly onZoom: (span: Span) => void;
  readonly onReset: () => void;
};

export class Plot {
  readonly #plot: uPlot;
  readonly #spec: ChartSpec;
  readonly #picture: () => Picture;
  /** While the cursor is put where all charts have it, whatever is measured here. */
  #isPointing = false;

  constructor(root: HTMLElement, spec: ChartSpec, picture: () => Picture, events: PlotEvents) {
    this.#spec = spec;
    this.#picture = picture;
    this.#plot = new uPlot(this.#options(root.clientWidth, events), this.#data(), root);
    const { over } = this.#plot;
    over.addEventListener("mousemove", ({ offsetX }) => {
      const time = this.#plot.data[0][this.#placeNear(this.#plot, offsetX)];
      if (time !== undefined) events.onHover(1000 * time, 1000 * this.#plot.posToVal(offsetX, "x"));
    });
    over.addEventListener("mouseleave", () => events.onLeave());
  }

  /** At once: when it returns, the canvas has the picture. */
  draw(): void {
    const { fromMs, toMs } = this.#picture().span;
    this.#plot.batch(() => {
      this.#plot.setData(this.#data(), false);
      this.#plot.setScale("x", { min: fromMs / 1000, max: toMs / 1000 });
    });
  }

  /** @param timeMs where the cursor of all charts is; null: nowhere */
  pointAt(timeMs: number | null): void {
    this.#isPointing = true;
    const left = timeMs === null ? -10 : this.#plot.valToPos(timeMs / 1000, "x");
    this.#plot.setCursor({ left, top: left < 0 ? -10 : 0 }, false);
    this.#isPointing = false;
  }

  /** @returns where a moment is, in pixels from the chart's left edge */
  leftOf(timeMs: number): number {
    return this.#plot.valToPos(timeMs / 1000, "x") + this.#plot.over.offsetLeft;
  }

  /** How much time there is in so many pixels. */
  spanOfPixels(pixels: number): number {
    const { fromMs, toMs } = this.#picture().span;
    return ((toMs - fromMs) * pixels) / Math.max(1, this.#plot.over.clientWidth);
  }

  resize(width: number): void {
    this.#plot.setSize({ width, height: this.#spec.height + AXIS_HEIGHT });
  }

  close(): void {
    this.#plot.destroy();
  }

  /** A line for each series; where it is smoothed, the smooth one behind all. */
  #data(): uPlot.AlignedData {
    const { timeline, halfLife, stretches } = this.#picture();
    const times = timeline.times();
    const beginnings = stretches.map(({ fromMs }) => fromMs / 1000);
    const nothing = (): Values => times.map(() => null);
    const raw = this.#spec.series.map(({ name }) => timeline.column(name)?.mean ?? nothing());
    const smooth = this.#spec.series.flatMap(({ isNoisy }, place) =>
      isNoisy === true ? [smoothed(times, raw[place] ?? [], (halfLife * timeline.stepMs) / 1000, beginnings)] : [],
    );
    // uPlot's types want arrays that it may write to; it does not.
    return [times, ...raw, ...smooth] as uPlot.AlignedData;
  }

  #options(width: number, { onZoom, onReset }: PlotEvents): uPlot.Options {
    const { series, height, scale } = this.#spec;
    const noisy = series.filter(({ isNoisy }) => isNoisy);
    const isSmoothed = (): boolean => this.#picture().halfLife > 0;
    return {
      width,
      height: height + AXIS_HEIGHT,
      padding: this.#picture().stretches.length > 0 ? [NAMES_HEIGHT, TICK_ROOM, 0, 0] : [8, 8, 0, 0],
      legend: { show: false },
      series: [
        {},
        ...series.map((one) => line(one, () => (one.isNoisy === true && isSmoothed() ? RAW_ALPHA : 1))),
        ...noisy.map((one) => line(one, () => (isSmoothed() ? 1 : 0))),
      ],
      scales: {
        x: { time: true, auto: false, range: () => this.#xRange() },
        y: { auto: true, range: () => this.#yRange(), ...(scale === "log" ? { distr: 3 } : {}) },
      },
      axes: [placeAxis(this.#picture().axis), valueAxis(this.#spec)],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG_PX },
        move: (plot, left, top) => [this.#isPointing || left < 0 ? left : this.#snapped(plot, left), top],
        points: { size: 7, width: 0, fill: (_plot, place) => colours()(this.#colourAt(place)) },
        bind: {
          dblclick: () => () => {
            onReset();
            return null;
          },
        },
      },
      hooks: {
        drawAxes: [(plot) => this.#paint(plot)],
        setSelect: [
          (plot) => {
            const { left, width: wide } = plot.select;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (wide < LEAST_DRAG_PX) return;
            const at = (px: number): number => Math.round(1000 * plot.posToVal(px, "x"));
            onZoom({ fromMs: at(left), toMs: at(left + wide) });
          },
        ],
      },
    };
  }

  /** @returns where the nearest point is, near by one at which something was measured */
  #placeNear(plot: uPlot, left: number): number {
    const { timeline } = this.#picture();
    const reach = Math.ceil(this.spanOfPixels(SNAP_PX) / timeline.stepMs);
    return nearestMeasured(timeline.means(this.#spec.series), plot.posToIdx(left), reach);
  }

  #snapped(plot: uPlot, left: number): number {
    const time = plot.data[0][this.#placeNear(plot, left)];
    return time === undefined ? left : plot.valToPos(time, "x");
  }

  #colourAt(place: number): string {
    const { series } = this.#spec;
    const one = series[place - 1] ?? series.filter(({ isNoisy }) => isNoisy)[place - 1 - series.length];
    return one?.colour ?? "--text";
  }

  #paint(plot: uPlot): void {
    const picture = this.#picture();
    paintStretches(plot, picture, colours());
    paintModes(plot, picture, colours());
    paintMarks(plot, picture, colours());
    paintBands(plot, picture, this.#spec.series, colours());
  }

  #xRange(): uPlot.Range.MinMax {
    const { fromMs, toMs } = this.#picture().span;
    return [fromMs / 1000, toMs / 1000];
  }

  /** Of what is in sight, with its bands. */
  #yRange(): uPlot.Range.MinMax {
    const { timeline, span } = this.#picture();
    const placeOf = (timeMs: number): number => (timeMs - timeline.firstMs) / timeline.stepMs;
    const columns = this.#spec.series.flatMap(({ name }) => timeline.column(name) ?? []);
    const from = Math.max(0, Math.floor(placeOf(span.fromMs)));
    const inSight = extent(
      columns.flatMap(({ min, max }) => [min, max]),
      from,
      Math.ceil(placeOf(span.toMs)),
    );
    return [...scaleRange(this.#spec.scale, inSight, this.#spec.reach)];
  }
}

const colours = (): Palette => palette.peek();

function line({ colour, dash, isSparse = false }: Series, alpha: () => number): uPlot.Series {
  const stroke = (): string => withAlpha(colours()(colour), alpha());
  return {
    stroke,
    auto: false, // the range of the scale is our own
    width: 1.5,
    ...(dash === undefined ? {} : { dash: [...dash] }),
    spanGaps: isSparse,
    points: {
      show: isSparse,
      size: isSparse ? 7 : 4,
      width: 0,
      fill: stroke,
      // uPlot's data hold what `data` of this file gave: arrays with nulls.
      filter: (plot, place) => (isSparse ? null : isolated(plot.data[place] as Values)),
    },
  };
}

/** @param colour as tokens have it: `#rrggbb` */
const withAlpha = (colour: string, alpha: number): string =>
  alpha >= 1
    ? colour
    : `${colour}${Math.round(255 * alpha)
        .toString(16)
        .padStart(2, "0")}`;

const font = '12px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';

const COUNTS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

const ink = () => colours()("--text-soft");
const grid = { stroke: () => colours()("--line"), width: 1 };

const placeAxis = ({ increments, tick }: Axis): uPlot.Axis => ({
  stroke: ink,
  font,
  size: AXIS_HEIGHT,
  gap: 6,
  space: 72,
  incrs: [...increments],
  grid: { show: false },
  ticks: { stroke: () => colours()("--line-strong"), width: 1, size: 4 },
  values: (_plot, splits, _axis, _space, increment) => splits.map((time) => tick(1000 * time, increment)),
});

const valueAxis = ({ tick, format, scale, isCounted }: ChartSpec): uPlot.Axis => ({
  stroke: ink,
  font,
  size: AXIS_WIDTH,
  gap: 8,
  space: 32,
  grid,
  ticks: { show: false },
  ...(isCounted === true ? { incrs: COUNTS } : {}),
  ...(scale === "log" ? { splits: (_plot, _axis, least, greatest) => logTicks(least, greatest) } : {}),
  values: (_plot, splits) => splits.map((value) => (value === null ? "" : (tick ?? format)(value))),
});
