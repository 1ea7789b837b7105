// Scales and ticks: how far they go, and how times are written at them. Pure.

import type { ScaleKind } from "./source.ts";

type Range = readonly [number, number];

/**
 * @param extent between what the values are; null: there are none
 * @param reach how far it goes at least from 0
 * @returns from where to where the vertical scale goes
 */
export function scaleRange(kind: ScaleKind, extent: Range | null, reach = 0): Range {
  if (kind === "share") return [0, 1];
  const [least, greatest] = extent ?? [0, 1];
  switch (kind) {
    case "zero":
      return [0, niceAbove(Math.max(greatest, reach))];
    case "signed": {
      const size = niceAbove(Math.max(Math.abs(least), Math.abs(greatest), reach));
      return [least < 0 ? -size : 0, greatest > 0 || least >= 0 ? size : 0];
    }
    case "free":
      return least === greatest
        ? [least - 0.5, greatest + 0.5]
        : [least - pad(least, greatest), greatest + pad(least, greatest)];
    case "log":
      return logRange(least, greatest);
  }
}

const pad = (least: number, greatest: number): number => 0.08 * (greatest - least);

const NICE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Smaller is nothing: there is no power of ten for the smallest numbers. */
const LEAST = 1e-300;

/** A short number at `value` or a little above; 1 for nothing. */
function niceAbove(value: number): number {
  if (!(value > LEAST)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = NICE.find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return digit * power;
}

/** At least one order of magnitude, from and to short numbers. */
function logRange(least: number, greatest: number): Range {
  const top = niceAbove(Math.max(greatest, 1e-3));
  const bottom = 1 / niceAbove(1 / Math.max(least, top / 1e6));
  return [Math.min(bottom, top / 10), top];
}

/** Decades, with 2 and 5 of each where there are few. */
export function logTicks(least: number, greatest: number): number[] {
  const decades = Math.log10(greatest / least);
  const digits = decades > 2.5 ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(least));
  return Array.from({ length: Math.ceil(decades) + 1 }, (_, place) => 10 ** (first + place))
    .flatMap((power) => digits.map((digit) => Number((digit * power).toPrecision(1))))
    .filter((tick) => tick >= least * (1 - 1e-9) && tick <= greatest * (1 + 1e-9));
}

/** What points are counted along: the time, or something else, of which one is a second of the axis. */
export type Axis = {
  /** Between ticks, in seconds. */
  readonly increments: readonly number[];
  /** @param incrementS seconds from one tick to the next */
  readonly tick: (timeMs: number, incrementS: number) => string;
  /** Which point it is that begins there, as exactly as its step is. */
  readonly point: (timeMs: number, stepMs: number, nowMs: number) => string;
};

/** Seconds between ticks of time. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => 60 * minutes),
  ...[1, 2, 3, 6, 12].map((hours) => 3600 * hours),
  ...[1, 2, 7, 14, 28, 56, 112, 224, 448].map((days) => 86_400 * days),
];

const clock = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat("en", { hourCycle: "h23", ...options });
  return (timeMs: number): string => format.format(timeMs);
};
const withSeconds = clock({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const withMinutes = clock({ hour: "2-digit", minute: "2-digit" });
const day = clock({ month: "short", day: "numeric" });
const dayAndMinutes = clock({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const midnight = withMinutes(new Date(2026, 0, 1).getTime());

export function timeTick(timeMs: number, incrementS: number): string {
  if (incrementS < 60) return withSeconds(timeMs);
  if (incrementS >= 86_400) return day(timeMs);
  const text = withMinutes(timeMs);
  return text === midnight ? day(timeMs) : text;
}

export function pointTime(timeMs: number, stepMs: number, nowMs: number): string {
  const isToday = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
  if (!isToday) return dayAndMinutes(timeMs);
  return stepMs < 60_000 ? withSeconds(timeMs) : withMinutes(timeMs);
}

export const TIME_AXIS: Axis = { increments: TIME_STEPS, tick: timeTick, point: pointTime };
