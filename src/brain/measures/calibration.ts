// How far a brain's confidence in what it had not learned yet was from being right, of late: sums that fade as accuracy does, by the samples that
// it had an answer to. Only products and sums, so that they are the same on every machine. Invariant: in no bin do those that were right, or
// the confidences, sum to more than all weigh.

import { type Answers, NO_CLASS } from "./answers.ts";
import { FADING } from "./faded.ts";
import { type BinSums, binOf, CALIBRATION_BINS, type Reliability, reliabilityOf } from "./reliability.ts";

/** Of each bin: what its answers weigh, their confidences, and what those weigh that were right. */
export const SUMS_PER_BIN = 3;

export class Calibration {
  #samples: number;
  /** float64 [15, 3] */
  readonly #sums: Float64Array;

  /**
   * @param samples that were answered
   * @param sums float64 [15, 3], taken over
   */
  constructor(samples = 0, sums = new Float64Array(CALIBRATION_BINS * SUMS_PER_BIN)) {
    this.#samples = samples;
    this.#sums = sums;
  }

  /** Samples that were answered. */
  get samples(): number {
    return this.#samples;
  }

  /** float64 [15, 3], as the constructor takes them; a copy. */
  get sums(): Float64Array {
    return this.#sums.slice();
  }

  get reliability(): Reliability {
    return reliabilityOf(Array.from({ length: CALIBRATION_BINS }, (_, bin) => this.#binAt(bin)));
  }

  /** The expected calibration error; null before any answer. */
  get error(): number | null {
    return this.reliability.error;
  }

  /** @param truth int32 [batch] */
  note({ classes, confidence }: Answers, truth: Int32Array): void {
    const sums = this.#sums;
    for (let row = 0; row < truth.length; row++) {
      const answer = classes[row] ?? NO_CLASS;
      if (answer === NO_CLASS) continue;
      const sure = confidence[row] ?? 0;
      for (let i = 0; i < sums.length; i++) sums[i] = FADING * (sums[i] ?? 0);
      const at = SUMS_PER_BIN * binOf(sure);
      sums[at] = (sums[at] ?? 0) + 1;
      sums[at + 1] = (sums[at + 1] ?? 0) + sure;
      sums[at + 2] = (sums[at + 2] ?? 0) + (answer === truth[row] ? 1 : 0);
      this.#samples += 1;
    }
  }

  #binAt(bin: number): BinSums {
    const [weight = 0, confidence = 0, right = 0] = this.#sums.subarray(SUMS_PER_BIN * bin, SUMS_PER_BIN * (bin + 1));
    return { weight, confidence, right };
  }
}
