// Test, then train: how right a brain was about samples that it had not learned yet, over all of them, over the latest, and fading
// (Gama, Sebastião and Rodrigues 2013). Invariant: counts are whole numbers; the window holds the last `min(samples, 1000)` samples.

import { type Answers, accuracyOf, type Tally } from "./answers.ts";
import { FADING, type FadedState, meanOf } from "./faded.ts";

/** Samples of the window. */
export const WINDOW_SAMPLES = 1000;

export type PrequentialState = Tally & {
  /** Of being right, per sample. */
  readonly accuracy: FadedState;
  readonly novelty: FadedState;
};

export class Prequential {
  #samples: number;
  #right: number;
  /** Both means fade by the same samples, and have one weight. */
  #rightSum: number;
  #noveltySum: number;
  #weight: number;
  /** Whether sample n was right, 0 or 1, at place n mod 1000. */
  readonly #window: Uint8Array;
  #windowRight: number;

  /** @param window 0 or 1 [min(samples, 1000)] */
  constructor(state: PrequentialState, window: ArrayLike<number> = []) {
    this.#samples = state.samples;
    this.#right = state.right;
    this.#rightSum = state.accuracy.sum;
    this.#noveltySum = state.novelty.sum;
    this.#weight = state.accuracy.weight;
    this.#window = new Uint8Array(WINDOW_SAMPLES);
    this.#window.set(window);
    this.#windowRight = this.#window.reduce((sum, isRight) => sum + isRight, 0);
  }

  get tally(): Tally {
    return { samples: this.#samples, right: this.#right };
  }

  get window(): Tally {
    return { samples: Math.min(this.#samples, WINDOW_SAMPLES), right: this.#windowRight };
  }

  get accuracyFaded(): number | null {
    return meanOf(this.state.accuracy);
  }

  get novelty(): number | null {
    return meanOf(this.state.novelty);
  }

  /** Plain data, and beside it `windowState`. */
  get state(): PrequentialState {
    return {
      ...this.tally,
      accuracy: { sum: this.#rightSum, weight: this.#weight },
      novelty: { sum: this.#noveltySum, weight: this.#weight },
    };
  }

  /** int32 [min(samples, 1000)], as the constructor takes it. */
  get windowState(): Int32Array {
    return Int32Array.from(this.#window.subarray(0, this.window.samples));
  }

  /** @param truth int32 [batch] @returns what of the batch was right */
  note({ classes, novelty }: Answers, truth: Int32Array): Tally {
    let right = 0;
    for (let row = 0; row < truth.length; row++) {
      const isRight = classes[row] === truth[row] ? 1 : 0;
      const place = (this.#samples + row) % WINDOW_SAMPLES;
      this.#windowRight += isRight - (this.#window[place] ?? 0);
      this.#window[place] = isRight;
      this.#rightSum = FADING * this.#rightSum + isRight;
      this.#noveltySum = FADING * this.#noveltySum + (novelty[row] ?? 0);
      this.#weight = FADING * this.#weight + 1;
      right += isRight;
    }
    this.#samples += truth.length;
    this.#right += right;
    return { samples: truth.length, right };
  }

  get accuracy(): number | null {
    return accuracyOf(this.tally);
  }
}
