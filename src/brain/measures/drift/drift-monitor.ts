// Watches a brain's prequential errors (each sample counts by what the brain answered before it learned it) for drift, and says what mode
// the policy `auto` wants. Invariants: deterministic, one sample at a time; `state` is plain JSON, and a monitor made of it goes on exactly.

import type { Mode } from "../../config.ts";
import type { ModeChanged } from "../../events.ts";
import { type Fields, fieldsOf, number, oneOf, StateError, whole } from "../../header-fields.ts";
import { MAX_COUNT } from "../../limits.ts";
import { DRIFT_DETECTORS, type DriftDetectorName, type ModePolicyName } from "../../watching.ts";
import type { Drift, ModeAdvice } from "../findings.ts";
import { type DetectorState, type DriftDetector, newDetector, type Rise, restoreDetector } from "./detector.ts";
import { ModePolicy, type PolicyPhase, type PolicyState } from "./mode-policy.ts";

export type DriftSettings = { readonly driftDetector: DriftDetectorName; readonly modePolicy: ModePolicyName };

export type DriftMonitorState = {
  /** Samples so far, and how often drift was found. */
  readonly samples: number;
  readonly drifts: number;
  readonly lastDrift: Drift | null;
  /** Null where nobody looks. */
  readonly detector: DetectorState | null;
  readonly policy: PolicyState;
};

export type DriftSummary = Pick<DriftMonitorState, "drifts" | "lastDrift"> & {
  readonly detector: DriftDetectorName;
  /** Share of errors since the detector last saw a change; null before the first sample and where nobody looks. */
  readonly error: number | null;
  /** Share of errors among the latest 50 samples or so, the latest most; null before the first one. */
  readonly recentError: number | null;
  readonly policy: ModePolicyName;
  /** What the policy is at: `alarmed` wants panic, `returning` plastic; `calm` where the policy is `fixed`. */
  readonly phase: PolicyPhase["name"];
};

export class DriftMonitor {
  #settings: DriftSettings;
  #samples = 0;
  #drifts = 0;
  #lastDrift: Drift | null = null;
  #detector: DriftDetector | null;
  #policy = new ModePolicy();

  /**
   * @param state of one with the same settings, from wherever; nothing was seen yet when left out
   * @throws StateError when it is none
   */
  constructor({ driftDetector, modePolicy }: DriftSettings, state?: unknown) {
    this.#settings = { driftDetector, modePolicy };
    this.#detector = newDetector(driftDetector);
    if (state !== undefined) this.#restore(fieldsOf(state, "drift"));
  }

  /** See `DriftSummary`. */
  get error(): number | null {
    return this.#detector?.error ?? null;
  }

  get summary(): DriftSummary {
    return {
      detector: this.#settings.driftDetector,
      error: this.error,
      recentError: this.#policy.recentError,
      drifts: this.#drifts,
      lastDrift: this.#lastDrift,
      policy: this.#settings.modePolicy,
      phase: this.#policy.state.phase.name,
    };
  }

  get state(): DriftMonitorState {
    return {
      samples: this.#samples,
      drifts: this.#drifts,
      lastDrift: this.#lastDrift,
      detector: this.#detector?.state ?? null,
      policy: this.#policy.state,
    };
  }

  /**
   * Takes in the samples of one lesson, in their order.
   * @param errors 1 where the brain did not know the sample before it learned it, 0 where it did
   * @param mode of the brain, whatever mode the lesson asked for
   * @returns the first drift that they made certain, and what the policy wants after them
   */
  note(errors: Uint8Array, mode: Mode): { readonly drift: Drift | null; readonly advice: ModeAdvice | null } {
    let first: Drift | null = null;
    for (const error of errors) {
      const isError = error !== 0;
      this.#samples++;
      const rise = this.#detector?.note(isError) ?? null;
      this.#policy.note(isError, this.#isAuto ? rise : null, mode);
      const drift = rise === null ? null : this.#noteDrift(rise);
      first ??= drift;
    }
    return { drift: first, advice: this.#policy.advice };
  }

  /** Follows a change of the brain's mode, by whomever. */
  modeChanged(event: ModeChanged): void {
    this.#policy.modeChanged(event);
  }

  /** Goes by these settings from now on; a detector or policy that changes begins anew. */
  tune({ driftDetector, modePolicy }: DriftSettings): void {
    if (driftDetector !== this.#settings.driftDetector) this.#detector = newDetector(driftDetector);
    if (modePolicy !== this.#settings.modePolicy) this.#policy.reset();
    this.#settings = { driftDetector, modePolicy };
  }

  get #isAuto(): boolean {
    return this.#settings.modePolicy === "auto";
  }

  #noteDrift({ error, before }: Rise): Drift | null {
    if (this.#detector === null) return null;
    this.#drifts++;
    // What the detector has seen since the change may begin before it.
    const now = Math.max(error, this.#policy.recentError ?? 0);
    this.#lastDrift = { detector: this.#detector.name, error: now, before, samples: this.#samples };
    return this.#lastDrift;
  }

  #restore({ samples, drifts, lastDrift, detector, policy }: Fields): void {
    this.#samples = whole(samples, "drift.samples", 0, MAX_COUNT);
    this.#drifts = whole(drifts, "drift.drifts", 0, this.#samples);
    this.#lastDrift = lastDrift === null ? null : driftOf(fieldsOf(lastDrift, "drift.lastDrift"), this.#samples);
    if ((this.#lastDrift === null) !== (this.#drifts === 0))
      throw new StateError("drift.lastDrift is not of drift.drifts");
    this.#detector = detector === null ? null : restoreDetector(fieldsOf(detector, "drift.detector"), "drift.detector");
    if ((this.#detector?.name ?? "none") !== this.#settings.driftDetector) {
      throw new StateError("drift.detector is not config.driftDetector");
    }
    this.#policy = ModePolicy.restore(fieldsOf(policy, "drift.policy"), "drift.policy");
    if (!this.#isAuto && this.#policy.state.phase.name !== "calm") {
      throw new StateError("drift.policy is not calm, and config.modePolicy is fixed");
    }
  }
}

function driftOf(fields: Fields, samples: number): Drift {
  const share = (key: "error" | "before"): number => {
    const value = number(fields[key], `drift.lastDrift.${key}`);
    if (!(value >= 0 && value <= 1)) throw new StateError(`drift.lastDrift.${key} is not from 0 to 1`);
    return value;
  };
  const detectors = DRIFT_DETECTORS.filter((name) => name !== "none");
  return {
    detector: oneOf(fields.detector, "drift.lastDrift.detector", detectors),
    error: share("error"),
    before: share("before"),
    samples: whole(fields.samples, "drift.lastDrift.samples", 1, samples),
  };
}
