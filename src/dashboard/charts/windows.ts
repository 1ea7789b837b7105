// Which stretch of time charts show, and in points of how many seconds: few enough to draw, and not finer than the history is kept. Pure.

export type Span = { readonly fromMs: number; readonly toMs: number };

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** What can be chosen; `seconds` back from now, null for all there is. */
export const WINDOWS = [
  { value: "5m", label: "5 min", name: "the last 5 minutes", seconds: 5 * MINUTE_S },
  { value: "15m", label: "15 min", name: "the last 15 minutes", seconds: 15 * MINUTE_S },
  { value: "1h", label: "1 h", name: "the last hour", seconds: HOUR_S },
  { value: "6h", label: "6 h", name: "the last 6 hours", seconds: 6 * HOUR_S },
  { value: "24h", label: "24 h", name: "the last 24 hours", seconds: DAY_S },
  { value: "7d", label: "7 days", name: "the last 7 days", seconds: 7 * DAY_S },
  { value: "all", label: "All", name: "all since the brain was created", seconds: null },
] as const;

export type Window = (typeof WINDOWS)[number];
export type WindowName = Window["value"];

export const windowOf = (name: WindowName): Window => WINDOWS.find(({ value }) => value === name) ?? WINDOWS[0];

/** As many points as charts get. */
export const MAX_POINTS = 600;

/** How long the history keeps which step at least (docs/history.md); beyond the last, 2 hours. */
const KEPT = [
  { stepS: 1, keptS: 15 * MINUTE_S },
  { stepS: 10, keptS: 3 * HOUR_S },
  { stepS: MINUTE_S, keptS: 2 * DAY_S },
  { stepS: 10 * MINUTE_S, keptS: 30 * DAY_S },
] as const;
const COARSEST_S = 2 * HOUR_S;

/** Steps that people count in; each is a multiple of every step that is kept and not longer. */
const STEPS_S = [1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400];

/** Shorter than this nothing is to be seen of a brain's life. */
const SHORTEST_S = 20;

/** @returns the span of a window that ends now; of a young brain all there is, and room for `SHORTEST_S` */
export function spanOf({ seconds }: Window, nowMs: number, createdMs: number): Span {
  const all = Math.min(createdMs, nowMs - 1000 * SHORTEST_S);
  return { fromMs: seconds === null ? all : Math.max(all, nowMs - 1000 * seconds), toMs: nowMs };
}

/** @returns the finest step in seconds of which `MAX_POINTS` are enough, and at which that time is kept */
export function stepFor({ fromMs, toMs }: Span, nowMs: number): number {
  const ageS = (nowMs - fromMs) / 1000;
  const least = KEPT.find(({ keptS }) => ageS <= keptS)?.stepS ?? COARSEST_S;
  const seconds = (toMs - fromMs) / 1000;
  const step = STEPS_S.find((stepS) => stepS >= least && seconds / stepS <= MAX_POINTS);
  return step ?? DAY_S * Math.ceil(seconds / DAY_S / MAX_POINTS);
}

/** How often the newest points are read again: about once a point, at least every 15 seconds. */
export const readingEveryMs = (stepS: number): number => Math.min(15_000, Math.max(3_000, 1000 * stepS));

const UNITS = [
  { sizeS: DAY_S, one: "day", many: "days" },
  { sizeS: HOUR_S, one: "h", many: "h" },
  { sizeS: MINUTE_S, one: "min", many: "min" },
  { sizeS: 1, one: "s", many: "s" },
] as const;

/** `10 s`, `80 s`, `3 min`, `2 h`, `1 day`: in the largest unit of which it is a whole number or many. */
export function duration(seconds: number): string {
  const unit =
    UNITS.find(({ sizeS }) => seconds >= 10 * sizeS || (seconds >= sizeS && seconds % sizeS === 0)) ?? UNITS[3];
  const count = Number((seconds / unit.sizeS).toPrecision(3));
  return `${count} ${count === 1 ? unit.one : unit.many}`;
}
