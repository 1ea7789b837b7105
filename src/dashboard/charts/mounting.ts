// A chart's canvas is there only while the chart is in sight, or nearly: what nobody looks at is neither kept nor drawn.

import { effect } from "@preact/signals";
import { palette } from "./palette.ts";
import { AXIS_HEIGHT, Plot } from "./plot.ts";
import type { ChartSource, ChartSpec } from "./source.ts";

/** How far from the screen a chart is got ready. */
const AHEAD = "300px 0px";

/**
 * @param onPlot told of the plot when it comes, and with null when it goes
 * @returns a function that ends it
 */
export function mountWhileInSight(
  host: HTMLElement,
  spec: ChartSpec,
  source: ChartSource,
  onPlot: (plot: Plot | null) => void,
): () => void {
  let close: (() => void) | null = null;
  const observer = new IntersectionObserver(
    (entries) => {
      const isInSight = entries.at(-1)?.isIntersecting === true;
      if (isInSight && close === null) close = mount(host, spec, source, onPlot);
      if (isInSight || close === null) return;
      close();
      close = null;
    },
    { rootMargin: AHEAD },
  );
  observer.observe(host);
  return () => {
    observer.disconnect();
    close?.();
  };
}

function mount(
  host: HTMLElement,
  spec: ChartSpec,
  source: ChartSource,
  onPlot: (plot: Plot | null) => void,
): () => void {
  const { cursor } = source;
  const plot = new Plot(host, spec, source.picture, {
    onHover: (timeMs, pointerMs) => {
      cursor.value = { timeMs, pointerMs, chart: spec.id };
    },
    onLeave: () => {
      if (cursor.peek()?.chart === spec.id) cursor.value = null;
    },
    onZoom: source.zoom,
    onReset: source.reset,
  });
  onPlot(plot);
  const stopDrawing = effect(() => {
    void source.version.value;
    void palette.value;
    plot.draw();
    plot.pointAt(cursor.peek()?.timeMs ?? null);
  });
  const stopPointing = effect(() => plot.pointAt(cursor.value?.timeMs ?? null));
  const sizes = new ResizeObserver(() => {
    if (host.clientWidth > 0) plot.resize(host.clientWidth);
  });
  sizes.observe(host);
  return () => {
    sizes.disconnect();
    stopDrawing();
    stopPointing();
    onPlot(null);
    plot.close();
  };
}

/** The room that a chart takes, there or not. */
export const heightOf = ({ height }: ChartSpec): number => height + AXIS_HEIGHT;
