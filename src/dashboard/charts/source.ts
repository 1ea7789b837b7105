// What charts are given: what to show, and what they tell each other. One source for all charts of a page.

import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Axis } from "./axes.ts";
import type { Mark } from "./marks.ts";
import type { Timeline } from "./timeline.ts";
import type { Span } from "./windows.ts";

/** What is drawn, at one moment. */
export type Picture = {
  readonly timeline: Timeline;
  readonly span: Span;
  readonly marks: readonly Mark[];
  /** The mode that the brain is in; null where it is not known. */
  readonly mode: string | null;
  /** How lines are smoothed, in points; 0: not at all. */
  readonly halfLife: number;
  /** What points are counted along. */
  readonly axis: Axis;
  /** Stretches with names, one behind the other; none where nothing divides the picture. */
  readonly stretches: readonly Stretch[];
};

/** Part of a picture, with what it is called. */
export type Stretch = Span & { readonly name: string };

/** Where the cursor of all charts is, and whose it is. */
export type Cursor = {
  /** When a point begins. */
  readonly timeMs: number;
  /** What is pointed at, in or beside that point. */
  readonly pointerMs: number;
  /** The chart that has it; null: something else on the page. */
  readonly chart: string | null;
};

export type ChartSource = {
  /** Changes when there is something else to draw: at most once a frame, never while nobody looks. */
  readonly version: ReadonlySignal<number>;
  readonly picture: () => Picture;
  readonly cursor: Signal<Cursor | null>;
  /** Told politely to those who do not see the chart. */
  readonly announcement: Signal<string>;
  readonly zoom: (span: Span) => void;
  readonly reset: () => void;
};

export type Series = {
  /** The number's name, as the history has it. */
  readonly name: string;
  readonly label: string;
  /** A variable, e.g. `--series-1`. */
  readonly colour: string;
  readonly dash?: readonly number[];
  /** Noisy by its nature: the smoothing is for it. */
  readonly isNoisy?: boolean;
  /** Measured now and then: its points are joined, and each is to be seen. */
  readonly isSparse?: boolean;
};

/** `share`: 0 to 1, always all of it; `zero`: from 0 up; `signed`: around 0; `free`: as it comes; `log`: over orders of magnitude. */
export type ScaleKind = "share" | "zero" | "signed" | "free" | "log";

export type ChartSpec = {
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a line. */
  readonly note?: string;
  readonly series: readonly Series[];
  readonly scale: ScaleKind;
  readonly format: (value: number | null) => string;
  /** How far the scale reaches at least: what is smaller is not blown up. */
  readonly reach?: number;
  /** Counted, not measured: ticks are whole numbers. */
  readonly isCounted?: boolean;
  /** Of ticks, where the format is too long for them. */
  readonly tick?: (value: number) => string;
  /** Of the drawing, in pixels. */
  readonly height: number;
};
