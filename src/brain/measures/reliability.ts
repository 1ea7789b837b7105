// How far confidence is from being right: the expected calibration error (Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated
// probabilities using Bayesian binning"; Guo et al. 2017, "On calibration of modern neural networks"). Answers go into 15 bins of equal width
// by the confidence in the label that was named, bin b from b/15, without it, to (b + 1)/15, with it; 0 belongs to the first.
// Invariant: answers that name no label are in no bin.

export const CALIBRATION_BINS = 15;

/** Of one bin. */
export type BinSums = {
  /** Answers, or what they weigh. */
  readonly weight: number;
  /** Of their confidences. */
  readonly confidence: number;
  /** What those weigh that were right. */
  readonly right: number;
};

export type ReliabilityBin = {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** Means over the bin's answers; null of none. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
};

/** What a reliability diagram shows. */
export type Reliability = {
  /** `Σ_b (weight_b / weight) · |accuracy_b − confidence_b|`; null without any answer. */
  readonly error: number | null;
  /** [15], by confidence. */
  readonly bins: readonly ReliabilityBin[];
};

/** @param confidence 0 to 1 @returns which bin it is in */
export const binOf = (confidence: number): number =>
  Math.min(CALIBRATION_BINS - 1, Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1));

/** @param sums [15] */
export function reliabilityOf(sums: readonly BinSums[]): Reliability {
  const weight = sums.reduce((total, bin) => total + bin.weight, 0);
  const gaps = sums.reduce((total, { right, confidence }) => total + Math.abs(right - confidence), 0);
  return {
    error: weight === 0 ? null : gaps / weight,
    bins: sums.map((bin, index) => ({
      from: index / CALIBRATION_BINS,
      to: (index + 1) / CALIBRATION_BINS,
      weight: bin.weight,
      confidence: bin.weight === 0 ? null : bin.confidence / bin.weight,
      accuracy: bin.weight === 0 ? null : bin.right / bin.weight,
    })),
  };
}
