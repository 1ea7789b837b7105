// The mode policy `auto`: drift takes a brain from `plastic` to `panic`, and back when its error has come down again, or comes down no
// further. Invariants: it only undoes what it did itself, so that a mode set by hand stays; what it wants it says again until the mode
// has changed; and it wants `panic` once in `DWELL_SAMPLES + COOLDOWN_SAMPLES` samples at most.

import type { Mode } from "../../config.ts";
import type { ModeChanged } from "../../events.ts";
import { type Fields, fieldsOf, number, oneOf, StateError, whole } from "../../header-fields.ts";
import type { ModeAdvice } from "../findings.ts";
import type { Rise } from "./detector.ts";

/** What is left of a sample's weight in the recent error after each further one: 50 samples count, enough to tell 10 % from 30 %. */
const FADING = 0.98;
/** Weights of all samples together, 1 + f + f² + …, stay below this. */
const MOST_WEIGHT = 1 / (1 - FADING);
/** A panic is as long as this at least: twice what the recent error looks back, so that it speaks of the panic alone. */
const DWELL_SAMPLES = 100;
/** A panic has done its work once this share of the rise is left: an error that has risen rarely comes all the way down. */
const SHARE_LEFT = 0.2;
/** Without a new low for so long, the error is what it will be: in a memory of some thousand samples panic changes little any more. */
const SETTLED_SAMPLES = 1000;
/** Lower by less than this is no new low: chance makes such lows forever. */
const NEW_LOW = 0.01;
/** After a panic the detector's window is full of its errors for some hundred samples; what rises in it meanwhile is looked at afterwards. */
const COOLDOWN_SAMPLES = 500;
/** A rise during the cooldown is followed if more than this share of it is still there. */
const SHARE_LASTING = 0.5;

/** The rise that is being followed. */
type Followed = { readonly before: number; readonly peak: number };

export type PolicyPhase =
  | { readonly name: "calm" }
  /** It wants `panic`. */
  | ({ readonly name: "alarmed" } & Followed)
  /** `samples` in panic so far; the last new low of the recent error, and samples since. */
  | ({
      readonly name: "panicking";
      readonly samples: number;
      readonly low: number;
      readonly sinceLow: number;
    } & Followed)
  /** It wants `plastic`. */
  | { readonly name: "returning"; readonly reason: "recovered" | "settled" }
  /** A panic was over so many samples ago; the rise that came since, if any. */
  | { readonly name: "cooling"; readonly samples: number; readonly rise: Rise | null };

export type PolicyState = {
  /** Faded sums of errors and of weights. */
  readonly errors: number;
  readonly weight: number;
  readonly phase: PolicyPhase;
};

const CALM: PolicyPhase = { name: "calm" };
const NEW: PolicyState = { errors: 0, weight: 0, phase: CALM };

export class ModePolicy {
  #errors: number;
  #weight: number;
  #phase: PolicyPhase;

  constructor({ errors, weight, phase }: PolicyState = NEW) {
    this.#errors = errors;
    this.#weight = weight;
    this.#phase = phase;
  }

  /** @param where the state's place, for the message @throws StateError */
  static restore(fields: Fields, where: string): ModePolicy {
    const weight = within(fields.weight, `${where}.weight`, MOST_WEIGHT);
    const errors = within(fields.errors, `${where}.errors`, weight);
    return new ModePolicy({
      errors,
      weight,
      phase: phaseOf(fieldsOf(fields.phase, `${where}.phase`), `${where}.phase`),
    });
  }

  get state(): PolicyState {
    return { errors: this.#errors, weight: this.#weight, phase: this.#phase };
  }

  /** Share of errors among the latest samples; null before the first one. */
  get recentError(): number | null {
    return this.#weight === 0 ? null : this.#errors / this.#weight;
  }

  /** What it wants now. */
  get advice(): ModeAdvice | null {
    if (this.#phase.name === "alarmed") return { mode: "panic", reason: "drift" };
    return this.#phase.name === "returning" ? { mode: "plastic", reason: this.#phase.reason } : null;
  }

  /**
   * Takes in one sample.
   * @param rise that it made certain
   * @param mode of the brain when it was taught
   */
  note(isError: boolean, rise: Rise | null, mode: Mode): void {
    this.#errors = FADING * this.#errors + (isError ? 1 : 0);
    this.#weight = FADING * this.#weight + 1;
    this.#phase = next(this.#phase, { recent: this.#errors / this.#weight, rise, mode });
  }

  /** Follows a change of the mode: a step of its own, or anybody else's, which is respected. */
  modeChanged({ reason }: ModeChanged): void {
    const phase = this.#phase;
    if (phase.name === "alarmed" && reason === "drift") {
      const { before, peak } = phase;
      this.#phase = { name: "panicking", before, peak, samples: 0, low: peak, sinceLow: 0 };
    } else if (phase.name === "returning" && reason === phase.reason) {
      this.#phase = { name: "cooling", samples: 0, rise: null };
    } else this.reset();
  }

  /** Begins anew, in whatever mode the brain is. */
  reset(): void {
    this.#phase = CALM;
  }
}

type Seen = { readonly recent: number; readonly rise: Rise | null; readonly mode: Mode };

function next(phase: PolicyPhase, seen: Seen): PolicyPhase {
  const { recent, rise, mode } = seen;
  switch (phase.name) {
    case "calm":
      return rise !== null && mode === "plastic" ? alarm(rise, recent) : phase;
    case "alarmed":
      return { ...phase, peak: Math.max(phase.peak, recent) };
    case "panicking":
      return inPanic(phase, seen);
    case "returning":
      return phase;
    case "cooling": {
      const latest = rise ?? phase.rise;
      const samples = phase.samples + 1;
      if (samples < COOLDOWN_SAMPLES) return { ...phase, samples, rise: latest };
      const isLasting = latest !== null && recent > latest.before + SHARE_LASTING * (latest.error - latest.before);
      return isLasting && mode === "plastic" ? alarm(latest, recent) : CALM;
    }
  }
}

const alarm = ({ before, error }: Rise, recent: number): PolicyPhase => ({
  name: "alarmed",
  before,
  peak: Math.max(error, recent),
});

function inPanic(
  { before, peak: peakBefore, samples: samplesBefore, low, sinceLow }: Extract<PolicyPhase, { name: "panicking" }>,
  { recent, rise }: Seen,
): PolicyPhase {
  const samples = samplesBefore + 1;
  const peak = Math.max(peakBefore, recent);
  if (samples >= DWELL_SAMPLES && recent <= before + SHARE_LEFT * (peak - before)) {
    return { name: "returning", reason: "recovered" };
  }
  // Another rise on top of the first: what came before it was no low.
  const isNewLow = rise !== null || recent < low - NEW_LOW;
  if (!isNewLow && sinceLow + 1 >= SETTLED_SAMPLES) return { name: "returning", reason: "settled" };
  return {
    name: "panicking",
    before,
    peak,
    samples,
    ...(isNewLow ? { low: recent, sinceLow: 0 } : { low, sinceLow: sinceLow + 1 }),
  };
}

const PHASES = ["calm", "alarmed", "panicking", "returning", "cooling"] as const;

function phaseOf(fields: Fields, where: string): PolicyPhase {
  const share = (key: string): number => within(fields[key], `${where}.${key}`, 1);
  const count = (key: string, most?: number): number => whole(fields[key], `${where}.${key}`, 0, most);
  const name = oneOf(fields.name, `${where}.name`, PHASES);
  switch (name) {
    case "calm":
      return CALM;
    case "alarmed":
      return { name, before: share("before"), peak: share("peak") };
    case "panicking": {
      const [samples, sinceLow] = [count("samples"), count("sinceLow", SETTLED_SAMPLES - 1)];
      return { name, before: share("before"), peak: share("peak"), samples, low: share("low"), sinceLow };
    }
    case "returning":
      return { name, reason: oneOf(fields.reason, `${where}.reason`, ["recovered", "settled"] as const) };
    case "cooling": {
      const samples = count("samples", COOLDOWN_SAMPLES - 1);
      return {
        name,
        samples,
        rise: fields.rise === null ? null : riseOf(fieldsOf(fields.rise, `${where}.rise`), `${where}.rise`),
      };
    }
  }
}

const riseOf = (fields: Fields, where: string): Rise => ({
  before: within(fields.before, `${where}.before`, 1),
  error: within(fields.error, `${where}.error`, 1),
});

/** @throws StateError for what is not a number from 0 to `most` */
function within(value: unknown, where: string, most: number): number {
  const found = number(value, where);
  if (!(found >= 0 && found <= most)) throw new StateError(`${where} is not from 0 to ${most}`);
  return found;
}
