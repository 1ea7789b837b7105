// Neurons as cells of a nearly square grid. Pure; lengths in the device's pixels.

export type Grid = {
  readonly columns: number;
  readonly rows: number;
  /** From one cell to the next; below 1 where there are more cells than pixels. */
  readonly pitch: number;
  /** Of a cell that is drawn. */
  readonly cell: number;
};

/** Cells this small have no room for gaps between them. */
const LEAST_PITCH_WITH_GAP = 3;

/** @param width of the place; the grid is as wide at most, and as high at most */
export function gridOf(neurons: number, width: number): Grid {
  const columns = Math.max(1, Math.ceil(Math.sqrt(neurons)));
  const rows = Math.max(1, Math.ceil(neurons / columns));
  const exact = width / columns;
  // Whole pixels are crisp; below two the loss of room would be larger than what is gained.
  const pitch = exact >= 2 ? Math.floor(exact) : exact;
  return { columns, rows, pitch, cell: pitch >= LEAST_PITCH_WITH_GAP ? pitch - 1 : Math.max(1, pitch) };
}

export const cornerOf = ({ columns, pitch }: Grid, neuron: number): { readonly x: number; readonly y: number } => ({
  x: (neuron % columns) * pitch,
  y: Math.floor(neuron / columns) * pitch,
});

/** @returns the neuron whose cell is there; null beyond the grid */
export function neuronAt({ columns, pitch }: Grid, neurons: number, x: number, y: number): number | null {
  const column = Math.floor(x / pitch);
  const neuron = Math.floor(y / pitch) * columns + column;
  return column < 0 || column >= columns || neuron < 0 || neuron >= neurons ? null : neuron;
}

/** @returns the next of `places` (ascending) behind `from`, or before it; the last one in that direction stays; null without any */
export function nextOf(places: readonly number[], from: number | null, direction: 1 | -1): number | null {
  const [first = null] = places;
  const last = places.at(-1) ?? null;
  if (from === null) return direction === 1 ? first : last;
  return direction === 1
    ? (places.find((place) => place > from) ?? last)
    : (places.findLast((place) => place < from) ?? first);
}
