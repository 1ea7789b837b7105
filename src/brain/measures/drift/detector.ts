// What finds out that a brain errs more often than it did. Invariants: one sample at a time, no chance, no clock; `state` is plain JSON of
// numbers, and a detector made of it goes on bit for bit as the original does.

import { type Fields, oneOf } from "../../header-fields.ts";
import { DRIFT_DETECTORS, type DriftDetectorName } from "../../watching.ts";
import { Adwin, type AdwinState } from "./adwin.ts";
import { PageHinkley, type PageHinkleyState } from "./page-hinkley.ts";

/** The error was `before`, and is now `error`, which is more: shares of samples, 0 to 1. */
export type Rise = { readonly before: number; readonly error: number };

export type DetectorName = Exclude<DriftDetectorName, "none">;

export interface DriftDetector {
  readonly name: DetectorName;
  /** @returns the rise that this sample's error makes certain; null where nothing has changed, or for the better */
  note(isError: boolean): Rise | null;
  /** Share of errors since the last change that it knows of; null before the first sample. */
  readonly error: number | null;
  readonly state: DetectorState;
}

export type DetectorState =
  | ({ readonly name: "adwin" } & AdwinState)
  | ({ readonly name: "page-hinkley" } & PageHinkleyState);

/** @returns a detector that has seen nothing; null for `none` */
export function newDetector(name: DriftDetectorName): DriftDetector | null {
  switch (name) {
    case "adwin":
      return new Adwin();
    case "page-hinkley":
      return new PageHinkley();
    case "none":
      return null;
  }
}

const NAMES = DRIFT_DETECTORS.filter((name) => name !== "none");

/** @param where the state's place, for the message @throws StateError when no detector was ever in this state */
export function restoreDetector(fields: Fields, where: string): DriftDetector {
  switch (oneOf(fields.name, `${where}.name`, NAMES)) {
    case "adwin":
      return Adwin.restore(fields, where);
    case "page-hinkley":
      return PageHinkley.restore(fields, where);
  }
}
