// A small line of a share (0 to 1) over time, with all between its least and greatest shaded: what is too short for the line is seen all the same.

import { percent } from "./format.ts";
import { firstSlotOf, runsOf, type Slot, type SparkWindow } from "./spark.ts";
import "./sparkline.css";

type SparklineProps = {
  /** What is shown, e.g. `Accuracy in the last hour`. */
  readonly label: string;
  readonly slots: readonly Slot[];
  readonly window: SparkWindow;
  readonly nowMs: number;
};

const HEIGHT = 28;
/** The line's own width must fit above 1 and below 0. */
const MARGIN = 2;

export function Sparkline({ label, slots, window, nowMs }: SparklineProps) {
  const first = firstSlotOf(nowMs, window);
  const shown = slots.filter(({ index }) => index >= first && index < first + window.slots);
  const runs = runsOf(shown);
  const x = ({ index }: Slot): number => index - first + 0.5;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${window.slots} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={textOf(label, shown)}
    >
      <title>{textOf(label, shown)}</title>
      <line class="sparkline-floor" x1="0" x2={window.slots} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {runs.map((run) => (
        <g key={run[0]?.index}>
          <path class="sparkline-band" d={bandOf(run, x)} />
          <path class={run.length === 1 ? "sparkline-line sparkline-dot" : "sparkline-line"} d={lineOf(run, x)} />
        </g>
      ))}
    </svg>
  );
}

const y = (share: number): number => MARGIN + (1 - share) * (HEIGHT - 2 * MARGIN);
const at = (across: number, share: number): string => `${across} ${y(share).toFixed(2)}`;

/** A slot between two gaps is a line without length, which is drawn as a dot. */
function lineOf(run: readonly Slot[], x: (slot: Slot) => number): string {
  const points = run.map((slot) => at(x(slot), slot.last));
  return `M${[...points, ...(points.length === 1 ? points : [])].join("L")}`;
}

const bandOf = (run: readonly Slot[], x: (slot: Slot) => number): string => {
  const above = run.map((slot) => at(x(slot), slot.max));
  const below = run.map((slot) => at(x(slot), slot.min)).reverse();
  return `M${[...above, ...below].join("L")}Z`;
};

function textOf(label: string, slots: readonly Slot[]): string {
  const last = slots.at(-1);
  if (last === undefined) return `${label}: nothing was measured`;
  const least = Math.min(...slots.map(({ min }) => min));
  const most = Math.max(...slots.map(({ max }) => max));
  return `${label}: ${percent(last.last)} at last, between ${percent(least)} and ${percent(most)}`;
}
