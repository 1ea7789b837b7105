// Numbers with names as bars on one common axis; several numbers of one name stand under each other.

import type { BarRow } from "./bar-row.ts";
import "./bars.css";

/** Which of two things that are compared a number belongs to; the first where nothing is. */
export type Tone = "first" | "second";

type BarsProps = {
  /** What the numbers are; read out. */
  readonly label: string;
  readonly rows: readonly BarRow[];
  /** The axis's ends, with 0 between them or at one. */
  readonly from: number;
  readonly to: number;
  readonly format: (value: number | null) => string;
};

const TONES: readonly Tone[] = ["first", "second"];

export const Bars = ({ label, rows, from, to, format }: BarsProps) => (
  <ul class="bars" aria-label={label}>
    {rows.map((row) => (
      <li key={row.label} class="bars-row">
        <span class="bars-label" title={row.label}>
          {row.label}
        </span>
        <span class="bars-track">
          {from < 0 ? <span class="bars-zero" style={{ left: `${percentOf(0, from, to)}%` }} /> : null}
          {row.values.map((value, index) => (
            <Bar key={TONES[index]} value={value ?? 0} tone={TONES[index] ?? "first"} from={from} to={to} />
          ))}
        </span>
        <span class="bars-values">
          {row.values.map((value, index) => (
            <span key={TONES[index]} data-tone={row.values.length > 1 ? TONES[index] : undefined}>
              {format(value)}
            </span>
          ))}
        </span>
      </li>
    ))}
  </ul>
);

type BarProps = { readonly value: number; readonly tone: Tone; readonly from: number; readonly to: number };

function Bar({ value, tone, from, to }: BarProps) {
  const start = percentOf(Math.min(0, value), from, to);
  const end = percentOf(Math.max(0, value), from, to);
  return <span class="bars-bar" data-tone={tone} style={{ marginLeft: `${start}%`, width: `${end - start}%` }} />;
}

const percentOf = (value: number, from: number, to: number): number =>
  100 * Math.min(1, Math.max(0, (value - from) / (to - from)));
