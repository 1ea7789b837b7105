// Which line is which, with its value at the cursor, or the latest. Values have fixed room, so that nothing moves when they change.

import type { ChartSource, ChartSpec, Series } from "./source.ts";
import { rangeText } from "./summary.ts";
import type { Column } from "./timeline.ts";

export function Legend({ spec, source }: { readonly spec: ChartSpec; readonly source: ChartSource }) {
  void source.version.value; // what it shows is another then
  const { timeline } = source.picture();
  const at = source.cursor.value;
  const place = at === null ? null : Math.round((at.timeMs - timeline.firstMs) / timeline.stepMs);
  return (
    <ul class="legend">
      {spec.series.map((series) => (
        <Item
          key={series.name}
          series={series}
          column={timeline.column(series.name)}
          place={place}
          format={spec.format}
        />
      ))}
    </ul>
  );
}

type ItemProps = {
  readonly series: Series;
  readonly column: Column | null;
  /** null: that of the latest value. */
  readonly place: number | null;
  readonly format: ChartSpec["format"];
};

function Item({ series, column, place, format }: ItemProps) {
  const at = placeOf(series, column, place);
  const [mean, least, greatest] = [column?.mean, column?.min, column?.max].map((values) => values?.[at] ?? null);
  return (
    <li class="legend-item">
      <Swatch series={series} />
      <span class="legend-label" title={series.label}>
        {series.label}
      </span>
      <span class="legend-value">{format(mean ?? null)}</span>
      <span class="legend-range">{rangeText(format, least ?? null, greatest ?? null)}</span>
    </li>
  );
}

/** @returns whose value is told: that of the cursor; of what is measured now and then the last one up to there */
function placeOf({ isSparse = false }: Series, column: Column | null, place: number | null): number {
  if (place !== null && !isSparse) return place;
  const upTo = place ?? Number.POSITIVE_INFINITY;
  return column?.mean.findLastIndex((value, index) => value !== null && index <= upTo) ?? -1;
}

function Swatch({ series: { colour, dash } }: { readonly series: Series }) {
  return (
    <svg class="legend-swatch" viewBox="0 0 18 8" width="18" height="8" aria-hidden="true" focusable="false">
      <path d="M0 4h18" style={{ stroke: `var(${colour})` }} stroke-dasharray={dash?.join(" ")} />
    </svg>
  );
}
