// How a brain of any kind is watched while it learns: what is kept aside to tell what it forgets, how a shift of the world is noticed, and
// whether the brain follows that by itself. All of it may change while the brain lives.

import { type Fields, oneOf, whole } from "./header-fields.ts";

/** ADWIN (Bifet & Gavaldà 2007), Page-Hinkley (Page 1954), or nobody looks. */
export const DRIFT_DETECTORS = ["adwin", "page-hinkley", "none"] as const;
export type DriftDetectorName = (typeof DRIFT_DETECTORS)[number];

/** `fixed`: the mode is what callers set. `auto`: drift takes the brain from `plastic` to `panic`, and recovery back. */
export const MODE_POLICIES = ["fixed", "auto"] as const;
export type ModePolicyName = (typeof MODE_POLICIES)[number];

/** Why the policy `auto` changed the mode: the error rose; it fell again; it stays as it is. */
export const MODE_REASONS = ["drift", "recovered", "settled"] as const;
export type ModeReason = (typeof MODE_REASONS)[number];

export type Watching = {
  /** Samples kept of each class that are never learned from; 0: none. */
  readonly holdout: number;
  readonly driftDetector: DriftDetectorName;
  readonly modePolicy: ModePolicyName;
};

/** Of a new brain, and of one that was stored before it could be watched. */
export const WATCHING_DEFAULTS: Watching = { holdout: 0, driftDetector: "adwin", modePolicy: "fixed" };

export const WATCHING = ["holdout", "driftDetector", "modePolicy"] as const satisfies readonly (keyof Watching)[];

/** @returns how something that has more is watched */
export const watchingOf = ({ holdout, driftDetector, modePolicy }: Watching): Watching => ({
  holdout,
  driftDetector,
  modePolicy,
});

/** Reads what a header's `config` says of it. @throws StateError */
export const readWatching = (config: Fields): Watching => {
  const { holdout, driftDetector, modePolicy } = { ...WATCHING_DEFAULTS, ...config };
  return {
    holdout: whole(holdout, "config.holdout"),
    driftDetector: oneOf(driftDetector, "config.driftDetector", DRIFT_DETECTORS),
    modePolicy: oneOf(modePolicy, "config.modePolicy", MODE_POLICIES),
  };
};

/** A task's name has so many characters at most. */
export const MAX_TASK_CHARACTERS = 256;
