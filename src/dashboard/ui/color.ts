// Colours as numbers, for what is drawn on a canvas. Pure: where they come from is `tokens.ts`.

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** A colour for each share from 0 to 1; what lies outside has that of the nearer end. */
export type Ramp = (share: number) => Rgb;

const BLACK: Rgb = [0, 0, 0];

/** @param hex `#rrggbb`; anything else is black */
export function rgbOf(hex: string): Rgb {
  const [, red, green, blue] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim()) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return BLACK;
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

export const cssOf = ([red, green, blue]: Rgb): string =>
  `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;

const between = (from: number, to: number, share: number): number => from + (to - from) * share;

/** @returns the ramp that goes through `stops` at equal distances */
export const rampThrough =
  (stops: readonly Rgb[]): Ramp =>
  (share) => {
    const place = Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)) * (stops.length - 1);
    const index = Math.floor(place);
    const from = stops[index] ?? BLACK;
    const to = stops[index + 1] ?? from;
    const rest = place - index;
    return [between(from[0], to[0], rest), between(from[1], to[1], rest), between(from[2], to[2], rest)];
  };

export const GREYS: Ramp = rampThrough([
  [0, 0, 0],
  [255, 255, 255],
]);
