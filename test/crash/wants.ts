// How to know in the log what a call asked for. Inputs are drawn at random and so never equal: a lesson found is that lesson and no other.

import type { Learned } from "../../src/brain/events.ts";
import type { Change, Recorded } from "./ledger.ts";

type Row = readonly number[];
export type Sample = { readonly input: Row; readonly label: string };

const isRow = ({ inputs }: Learned, row: number, wanted: Row): boolean =>
  inputs.cols === wanted.length && wanted.every((value, col) => inputs.data[row * inputs.cols + col] === value);

/** @returns the places of the event's rows in `samples`, -1 for one that is not there */
const placesIn = (event: Learned, labels: readonly string[], samples: readonly Sample[]): number[] =>
  Array.from({ length: event.inputs.rows }, (_, row) =>
    samples.findIndex(({ input, label }) => label === labels[event.classes[row]!] && isRow(event, row, input)),
  );

const isAscending = (places: readonly number[]): boolean =>
  places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]!));

export const lesson = (
  samples: readonly Sample[],
  memorize: boolean,
  { mode, neurogenesis }: { readonly mode?: string; readonly neurogenesis?: boolean },
): Change => ({
  what: `a lesson of ${samples.length}`,
  isThis: ({ event, labels }) =>
    event.type === "learned" &&
    event.inputs.rows === samples.length &&
    event.memorize === memorize &&
    event.neurogenesis === neurogenesis &&
    (mode === undefined || event.mode === mode) &&
    isAscending(placesIn(event, labels, samples)),
});

/** Late labels: those that are new, in their order. */
export const feedback = (samples: readonly Sample[]): Change => ({
  what: `feedback of ${samples.length}`,
  isThis: ({ event, labels }) =>
    event.type === "learned" && event.inputs.rows > 0 && isAscending(placesIn(event, labels, samples)),
});

/** Any other change, by its type and what else is asked of it. */
export const one = <Type extends Recorded["event"]["type"]>(
  type: Type,
  fits: (event: Extract<Recorded["event"], { type: Type }>, labels: readonly string[]) => boolean = () => true,
): Change => ({
  what: type,
  // The type is that of `Type`'s event.
  isThis: ({ event, labels }) => event.type === type && fits(event as Extract<typeof event, { type: Type }>, labels),
});
