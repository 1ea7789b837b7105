// What happened where the pointer is: a note on the chart that has the cursor.

import type { RefObject } from "preact";
import type { Axis } from "./axes.ts";
import { toneOf, wordingOf } from "./mark-wording.ts";
import { type Mark, marksNear } from "./marks.ts";
import type { Plot } from "./plot.ts";
import type { ChartSource } from "./source.ts";

const REACH_PX = 6;
/** More at one place are counted. */
const MOST = 4;

type MarkNoteProps = { readonly chart: string; readonly source: ChartSource; readonly plot: RefObject<Plot | null> };

export function MarkNote({ chart, source, plot }: MarkNoteProps) {
  const at = source.cursor.value;
  if (at?.chart !== chart || plot.current === null) return null;
  const { marks, timeline, span, axis } = source.picture();
  const reach = Math.max(plot.current.spanOfPixels(REACH_PX), at.pointerMs === at.timeMs ? timeline.stepMs : 0);
  const near = marksNear(marks, at.pointerMs, reach);
  if (near.length === 0) return null;
  const isRight = at.pointerMs > (span.fromMs + span.toMs) / 2;
  const left = plot.current.leftOf(at.pointerMs);
  return (
    <div
      class="mark-note"
      data-side={isRight ? "left" : "right"}
      style={isRight ? { right: `calc(100% - ${left - 8}px)` } : { left: `${left + 8}px` }}
    >
      {near.slice(0, MOST).map((mark) => (
        <MarkLine key={`${mark.timeMs} ${mark.type}`} mark={mark} nowMs={span.toMs} axis={axis} />
      ))}
      {near.length > MOST ? <p class="note">and {near.length - MOST} more</p> : null}
    </div>
  );
}

type MarkLineProps = { readonly mark: Mark; readonly nowMs: number; readonly axis: Axis };

function MarkLine({ mark, nowMs, axis }: MarkLineProps) {
  const { title, details } = wordingOf(mark);
  return (
    <p>
      <span class="chart-time">{axis.point(mark.timeMs, 1000, nowMs)}</span>{" "}
      <strong class="mark-title" data-tone={toneOf(mark)}>
        {title}
      </strong>{" "}
      {details}
    </p>
  );
}
