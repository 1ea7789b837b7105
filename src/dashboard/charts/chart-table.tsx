// A chart as a small table, for those who do not see it and those who want numbers. It is of the moment it was opened at: it does not change under
// who reads it.

import { useState } from "preact/hooks";
import type { ChartSource, ChartSpec } from "./source.ts";
import { summaryOf } from "./summary.ts";

type ChartTableProps = { readonly spec: ChartSpec; readonly source: ChartSource };

export function ChartTable({ spec, source }: ChartTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        Table<span class="hidden"> of {spec.title}</span>
      </summary>
      {isOpen ? <Table spec={spec} source={source} /> : null}
    </details>
  );
}

function Table({ spec, source }: ChartTableProps) {
  const [rows] = useState(() => rowsOf(spec, source));
  return (
    <div class="chart-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">First</th>
            <th scope="col">Last</th>
            <th scope="col">Least</th>
            <th scope="col">Greatest</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, cells }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {cells.map((cell, place) => (
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rowsOf({ series, format }: ChartSpec, source: ChartSource) {
  const { timeline, span, axis } = source.picture();
  const at = (point: { readonly value: number; readonly place: number } | null): string =>
    point === null
      ? format(null)
      : `${format(point.value)} at ${axis.point(timeline.firstMs + point.place * timeline.stepMs, timeline.stepMs, span.toMs)}`;
  return series.map(({ name, label }) => {
    const { first, last, min, max } = summaryOf(timeline.column(name));
    return { label, cells: [at(first), at(last), format(min), format(max)] };
  });
}
