// A share of 1 as a small bar, with what it says beside it.

import type { ComponentChildren } from "preact";
import "./bar.css";

type BarProps = {
  /** null: there is none. */
  readonly share: number | null;
  /** Read out in place of the bar; left out where the text beside it says it all. */
  readonly label?: string;
  readonly children?: ComponentChildren;
};

export const Bar = ({ share, label, children }: BarProps) => (
  <span class="bar-of" title={label}>
    <span class="bar-of-track" aria-hidden="true">
      <span class="bar-of-fill" style={{ width: `${100 * Math.min(1, Math.max(0, share ?? 0))}%` }} />
    </span>
    <span class="bar-of-text">{children}</span>
  </span>
);
