// One number with its name, as they stand in a row above the charts.

import type { ComponentChildren } from "preact";

type FigureProps = {
  readonly label: string;
  readonly value: string;
  readonly note?: ComponentChildren;
  /** What the number is, in a sentence. */
  readonly hint?: string;
  /** Something here wants to be looked at. */
  readonly isWarning?: boolean;
};

export const Figure = ({ label, value, note, hint, isWarning = false }: FigureProps) => (
  <div class={isWarning ? "figure figure-warning" : "figure"} title={hint}>
    <dt>{label}</dt>
    <dd>
      <span class="figure-value">{value}</span>
      {note === undefined ? null : <span class="figure-note">{note}</span>}
    </dd>
  </div>
);

export const Figures = ({ children }: { readonly children: ComponentChildren }) => <dl class="figures">{children}</dl>;
