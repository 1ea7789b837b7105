// The test of Page and Hinkley (Page 1954, "Continuous inspection schemes"; as in Mouss et al. 2004, "Test of Page-Hinckley, an approach for
// fault detection in an agro-alimentary production system") for a rise of the error: the deviations from the running mean, less a tolerance,
// are summed up, and a sum that is far above its least so far is an alarm. After an alarm it begins anew.

import { type Fields, number, StateError, whole } from "../../header-fields.ts";
import { MAX_COUNT } from "../../limits.ts";
import type { DriftDetector, Rise } from "./detector.ts";

/** Rises of the mean by less than this are none: δ in the literature. */
const TOLERANCE = 0.005;
/** How far the sum may be above its least: λ in the literature. A brain that suddenly errs always is found out after some 50 samples. */
const THRESHOLD = 50;
/** Fewer samples say nothing of the mean. */
const LEAST_SAMPLES = 30;
/** What is left of the sum after each sample: half of it after 7,000, so that slow changes long ago do not add up. */
const MEMORY = 1 - 0.0001;

export type PageHinkleyState = {
  /** Samples since the last alarm, and errors among them. */
  readonly samples: number;
  readonly errors: number;
  /** Of the deviations, faded. */
  readonly sum: number;
  /** The least that the sum was, and what was counted then: where a rise begins. */
  readonly least: number;
  readonly samplesAtLeast: number;
  readonly errorsAtLeast: number;
};

const NEW: PageHinkleyState = { samples: 0, errors: 0, sum: 0, least: 0, samplesAtLeast: 0, errorsAtLeast: 0 };

export class PageHinkley implements DriftDetector {
  readonly name = "page-hinkley";
  #state: PageHinkleyState;

  constructor(state: PageHinkleyState = NEW) {
    this.#state = state;
  }

  /** @throws StateError */
  static restore(fields: Fields, where: string): PageHinkley {
    const samples = whole(fields.samples, `${where}.samples`, 0, MAX_COUNT);
    const errors = whole(fields.errors, `${where}.errors`, 0, samples);
    const samplesAtLeast = whole(fields.samplesAtLeast, `${where}.samplesAtLeast`, Math.min(1, samples), samples);
    const errorsAtLeast = whole(fields.errorsAtLeast, `${where}.errorsAtLeast`, 0, Math.min(errors, samplesAtLeast));
    if (errors - errorsAtLeast > samples - samplesAtLeast) {
      throw new StateError(`${where}.errorsAtLeast leave more errors than samples`);
    }
    const sum = number(fields.sum, `${where}.sum`);
    const least = number(fields.least, `${where}.least`);
    // Beyond the threshold it would have begun anew; and no sum of `samples` deviations, each above −1 − δ, is less.
    const isPossible = sum - least >= 0 && sum - least <= THRESHOLD && least <= 0 && least >= -2 * samples;
    if (!isPossible) throw new StateError(`${where}.sum and ${where}.least are none of ${samples} samples`);
    return new PageHinkley({ samples, errors, sum, least, samplesAtLeast, errorsAtLeast });
  }

  get error(): number | null {
    const { samples, errors } = this.#state;
    return samples === 0 ? null : errors / samples;
  }

  get state(): { readonly name: "page-hinkley" } & PageHinkleyState {
    return { name: this.name, ...this.#state };
  }

  note(isError: boolean): Rise | null {
    const samples = this.#state.samples + 1;
    const errors = this.#state.errors + (isError ? 1 : 0);
    const deviation = (isError ? 1 : 0) - errors / samples;
    const sum = MEMORY * this.#state.sum + deviation - TOLERANCE;
    const isLeast = sum < this.#state.least;
    const lowest = isLeast ? { least: sum, samplesAtLeast: samples, errorsAtLeast: errors } : {};
    this.#state = { ...this.#state, samples, errors, sum, ...lowest };
    const { least, samplesAtLeast, errorsAtLeast } = this.#state;
    if (samples < LEAST_SAMPLES || sum - least <= THRESHOLD) return null;
    this.#state = NEW;
    return {
      before: errorsAtLeast / samplesAtLeast,
      error: (errors - errorsAtLeast) / (samples - samplesAtLeast),
    };
  }
}
