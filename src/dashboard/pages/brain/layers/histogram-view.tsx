// A histogram on an axis that others share. One bin at a time is looked at more closely, under the pointer or by the arrow keys.

import { useState } from "preact/hooks";
import { decimal, plural } from "../../../ui/format.ts";
import { tokenOf } from "../../../ui/tokens.ts";
import { useCanvas } from "../../../ui/use-canvas.ts";
import type { Axis } from "./families.ts";
import { barsOf, binAt, binOf, type Histogram } from "./histogram-bars.ts";

type HistogramViewProps = {
  /** Of what, e.g. `Encoder, layer 0`. */
  readonly label: string;
  readonly histogram: Histogram;
  readonly axis: Axis;
  readonly isLog: boolean;
};

export function HistogramView({ label, histogram, axis, isLog }: HistogramViewProps) {
  const [looked, setLooked] = useState<number | null>(null);
  const bin = looked !== null && looked < histogram.counts.length ? looked : null;
  const canvas = useCanvas(
    (context, { width, height, ratio }) => {
      const line = Math.max(1, Math.round(ratio));
      for (const [index, bar] of barsOf(histogram, axis, isLog).entries()) {
        if (bar.height === 0) continue;
        const left = Math.round(bar.from * width);
        const right = Math.max(left + line, Math.round(bar.to * width));
        // Few among many must not vanish.
        const high = Math.max(line, bar.height * (height - line));
        context.fillStyle = tokenOf(index === bin ? "--series-2" : "--series-1");
        context.fillRect(Math.min(left, width - line), height - line - high, right - left, high);
      }
      context.fillStyle = tokenOf("--line-strong");
      context.fillRect(0, height - line, width, line);
      const zero = (-axis.from / (axis.to - axis.from)) * width;
      if (zero > line && zero < width - line) context.fillRect(Math.round(zero), 0, line, height);
    },
    [histogram, axis, isLog, bin],
  );
  const last = histogram.counts.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowRight: (bin ?? -1) + 1, ArrowLeft: (bin ?? last + 1) - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setLooked(Math.min(last, Math.max(0, next)));
  };
  return (
    <div class="histogram">
      {/* As a slider it tells screen readers which bin is looked at. */}
      <div
        class="histogram-frame"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={bin ?? 0}
        aria-valuetext={bin === null ? "Arrow keys go through the bins" : said(histogram, bin)}
        onKeyDown={onKeyDown}
        onPointerMove={({ offsetX, currentTarget }) =>
          setLooked(binAt(histogram, axis, offsetX / currentTarget.clientWidth))
        }
        onPointerLeave={() => setLooked(null)}
        onBlur={() => setLooked(null)}
      >
        <canvas ref={canvas} class="histogram-canvas" />
      </div>
      <p class="histogram-axis note" aria-hidden="true">
        {bin === null ? (
          <>
            <span>{decimal(axis.from)}</span>
            <span>{decimal(axis.to)}</span>
          </>
        ) : (
          <span>{said(histogram, bin)}</span>
        )}
      </p>
    </div>
  );
}

function said(histogram: Histogram, bin: number): string {
  const { from, to, count } = binOf(histogram, bin);
  return `${plural(count, "number")} ${from === to ? `of ${decimal(from)}` : `from ${decimal(from)} to ${decimal(to)}`}`;
}
