// What a host says of a brain when an event was applied, beside what the event did: its numbers, and what follows from them.

import type { Mode } from "../config.ts";
import type { Outcome } from "../events.ts";
import type { DriftDetectorName, ModeReason } from "../watching.ts";

/** A brain's numbers by name, e.g. `accuracyWindow`, `layers.0.mature`; null where there is none yet. */
export type Numbers = { readonly [name: string]: number | null };

/** The brain errs more often than before, by more than chance explains. */
export type Drift = {
  readonly detector: Exclude<DriftDetectorName, "none">;
  /** Share of the latest samples that it did not know, and of those before, 0 to 1. */
  readonly error: number;
  readonly before: number;
  /** Samples that it was taught so far. */
  readonly samples: number;
};

/** What the policy `auto` wants; said again at each lesson until it is done. */
export type ModeAdvice = { readonly mode: Exclude<Mode, "inference">; readonly reason: ModeReason };

export type Findings = {
  readonly numbers: Numbers;
  readonly drift: Drift | null;
  readonly advice: ModeAdvice | null;
  /** Whether the hold-out is being evaluated, so that other numbers follow. */
  readonly isEvaluating: boolean;
};

/** What applying an event did and what it led to. */
export type Applied<O extends Outcome = Outcome> = { readonly outcome: O; readonly findings: Findings };
