// Scales and ticks: how far they go, and how times are written at them. Pure.

import type { ScaleKind } from "./source.ts";

type Range = readonly [number, number];

/** @returns from where to where the vertical scale goes for values between these; null: of nothing */
export function scaleRange(kind: ScaleKind, extent: readonly [number, number] | null): Range {
  if (kind === "share") return [0, 1];
  const [least, greatest] = extent ?? [0, 1];
  switch (kind) {
    case "zero":
      return [0, niceAbove(greatest)];
    case "signed": {
      const size = niceAbove(Math.max(Math.abs(least), Math.abs(greatest)));
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

/** 1, 2 or 5 times a power of ten, at `value` or above; 1 for nothing. */
function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return digit * power;
}

/** At least one order of magnitude, from and to 1, 2 or 5 times a power of ten. */
function logRange(least: number, greatest: number): Range {
  const top = niceAbove(Math.max(greatest, 1e-3));
  const bottom = 1 / niceAbove(1 / Math.max(least, top / 1e6));
  return [Math.min(bottom, top / 10), top];
}

const clock = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat("en", { hourCycle: "h23", ...options });
  return (timeMs: number): string => format.format(timeMs);
};
const withSeconds = clock({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const withMinutes = clock({ hour: "2-digit", minute: "2-digit" });
const day = clock({ month: "short", day: "numeric" });
const dayAndMinutes = clock({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const midnight = withMinutes(new Date(2026, 0, 1).getTime());

/** @param incrementS seconds from one tick to the next */
export function timeTick(timeMs: number, incrementS: number): string {
  if (incrementS < 60) return withSeconds(timeMs);
  if (incrementS >= 86_400) return day(timeMs);
  const text = withMinutes(timeMs);
  return text === midnight ? day(timeMs) : text;
}

/** When a point begins, as exactly as its step is. */
export function pointTime(timeMs: number, stepMs: number, nowMs: number): string {
  const isToday = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
  if (!isToday) return dayAndMinutes(timeMs);
  return stepMs < 60_000 ? withSeconds(timeMs) : withMinutes(timeMs);
}
