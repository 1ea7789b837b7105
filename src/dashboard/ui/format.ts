// Numbers and times as people read them. A number that is not there is a dash, never 0.

export const NOTHING = "–";

/** A value that may be missing: null, absent, or no finite number. */
export type Maybe = number | null | undefined;

const isThere = (value: Maybe): value is number => typeof value === "number" && Number.isFinite(value);

const formatted = (options: Intl.NumberFormatOptions) => {
  const format = new Intl.NumberFormat("en", options);
  return (value: Maybe): string => (isThere(value) ? format.format(value) : NOTHING);
};

/** `93.4 %` of 0.934. */
export const percent = (value: Maybe, digits = 1): string =>
  isThere(value) ? `${(100 * value).toFixed(digits)} %` : NOTHING;

/** `12,345` */
export const whole = formatted({ maximumFractionDigits: 0 });

/** Three significant digits. */
export const decimal = formatted({ maximumSignificantDigits: 3 });

/** `0.123`: three digits behind the point, where numbers about as large as 1 are compared. */
export const thousandths = formatted({
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
  signDisplay: "negative",
});

/** `0.238`, `2.4e-4`: never longer than eight characters, for narrow columns. */
export function brief(value: Maybe): string {
  if (!isThere(value)) return NOTHING;
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e4) ? decimal(value) : value.toExponential(1);
}

/** `1.5 MB` */
export function bytes(value: Maybe): string {
  if (!isThere(value)) return NOTHING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${decimal(value / 1000 ** power)} ${units[power]}`;
}

/** `8.3 ms`, `1.2 s` */
export function milliseconds(value: Maybe): string {
  if (!isThere(value)) return NOTHING;
  return value < 1000 ? `${decimal(value)} ms` : `${decimal(value / 1000)} s`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `3 minutes ago` */
export function ago(time: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(time) - nowMs) / 1000);
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (step !== undefined) return relative.format(Math.round(seconds / step[1]), step[0]);
  return Math.abs(seconds) < 5 ? "just now" : relative.format(seconds, "second");
}

const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** A moment in the reader's time zone. */
export const dateTime = (time: string): string => moment.format(new Date(time));

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
