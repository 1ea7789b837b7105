// How lines are told apart: eight colours, then the same again, dashed. Pure.

export const seriesColour = (place: number): string => `--series-${(place % 8) + 1}`;

/** In pixels; none for the first eight. */
export const seriesDash = (place: number): readonly number[] => DASHES[Math.floor(place / 8) % DASHES.length] ?? [];

const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]] as const;
