// How a whole is divided, as one bar with a legend. A part that is there is never too thin to be seen.

import { whole } from "./format.ts";
import type { Part } from "./part.ts";
import "./stacked-bar.css";

type StackedBarProps = { readonly label: string; readonly parts: readonly Part[]; readonly hasLegend?: boolean };

export const StackedBar = ({ label, parts, hasLegend = true }: StackedBarProps) => (
  <div class="stack">
    <div
      class="stack-bar"
      role="img"
      aria-label={`${label}: ${parts.map((part) => `${whole(part.value)} ${part.label}`).join(", ")}`}
    >
      {parts
        .filter(({ value }) => value > 0)
        .map((part) => (
          <span
            key={part.label}
            title={`${whole(part.value)} ${part.label}`}
            style={{ flexGrow: part.value, background: `var(${part.color})` }}
          />
        ))}
    </div>
    {hasLegend ? <Legend parts={parts} /> : null}
  </div>
);

const Legend = ({ parts }: { readonly parts: readonly Part[] }) => (
  <ul class="legend">
    {parts.map(({ label, value, color, hint }) => (
      <li key={label} title={hint}>
        <span class="legend-mark" style={{ background: `var(${color})` }} />
        {label} <strong>{whole(value)}</strong>
      </li>
    ))}
  </ul>
);
