// A chart with its legend, for eyes, keyboards and screen readers. Its room is as high before and after as while it is drawn.

import { useEffect, useId, useRef } from "preact/hooks";
import "uplot/dist/uPlot.min.css";
import "./chart.css";
import { ChartTable } from "./chart-table.tsx";
import { actionOf, KEY_HELP } from "./keys.ts";
import { Legend } from "./legend.tsx";
import { MarkNote } from "./mark-note.tsx";
import { heightOf, mountWhileInSight } from "./mounting.ts";
import type { Plot } from "./plot.ts";
import type { ChartSource, ChartSpec } from "./source.ts";
import { announced } from "./summary.ts";

type ChartProps = { readonly spec: ChartSpec; readonly source: ChartSource };

export function Chart({ spec, source }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const help = useId();
  const drawn = drawnOf(spec);
  // Another set of lines is another chart.
  useEffect(() => {
    if (host.current === null) return;
    return mountWhileInSight(host.current, spec, source, (now) => {
      plot.current = now;
    });
  }, [drawn, source]);
  return (
    <div class="chart">
      <Legend spec={spec} source={source} />
      <div
        class="chart-plot"
        role="application"
        aria-roledescription="chart"
        aria-label={`${spec.title}: ${spec.series.map(({ label }) => label).join(", ")}`}
        aria-describedby={help}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor in it
        tabIndex={0}
        style={{ height: `${heightOf(spec)}px` }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || !pressed(event.key, spec, source)) return;
          event.preventDefault();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        onBlur={() => leave(spec, source)}
      >
        <div ref={host} class="chart-canvas" />
        <MarkNote chart={spec.id} source={source} plot={plot} />
        <span id={help} class="hidden">
          {KEY_HELP}
        </span>
      </div>
      <ChartTable spec={spec} source={source} />
    </div>
  );
}

/** What of a spec is built into its plot. */
const drawnOf = ({ id, scale, height, series }: ChartSpec): string => JSON.stringify([id, scale, height, series]);

function leave({ id }: ChartSpec, { cursor }: ChartSource): void {
  if (cursor.peek()?.chart === id) cursor.value = null;
}

/** @returns whether the key meant something */
function pressed(key: string, spec: ChartSpec, source: ChartSource): boolean {
  const picture = source.picture();
  const action = actionOf(key, spec, picture, source.cursor.peek()?.timeMs ?? null);
  if (action === null) return false;
  switch (action.type) {
    case "leave":
      leave(spec, source);
      break;
    case "reset":
      source.reset();
      break;
    case "zoom":
      source.zoom(action.span);
      break;
    case "point": {
      const { firstMs, stepMs } = picture.timeline;
      const timeMs = firstMs + action.place * stepMs;
      source.cursor.value = { timeMs, pointerMs: timeMs, chart: spec.id };
      const time = picture.axis.point(timeMs, stepMs, picture.span.toMs);
      source.announcement.value = announced(spec, picture, action.place, time);
    }
  }
  return true;
}

/** When the values in the legends were: at the cursor, or the latest. */
export function CursorTime({ source }: { readonly source: ChartSource }) {
  const { timeline, span, axis } = source.picture();
  const at = source.cursor.value;
  return <span class="chart-time">{at === null ? "latest" : axis.point(at.timeMs, timeline.stepMs, span.toMs)}</span>;
}
