// How far the confidence of predictions is from how often they are right. Pure arithmetic over two lists.
// Invariant: the samples of all bins and those without an answer are all samples.

import { binOf, CALIBRATION_BINS, type ReliabilityBin, reliabilityOf } from "../brain/measures/reliability.ts";

export type CalibrationBin = Omit<ReliabilityBin, "weight"> & { readonly samples: number };

export type Calibration = {
  /** The expected calibration error, 0 to 1; null where nothing was answered. */
  readonly error: number | null;
  /** Samples without an answer, which are in no bin. */
  readonly unanswered: number;
  /** [15], by the confidence in the label that was named. */
  readonly bins: readonly CalibrationBin[];
};

/**
 * Compares the confidence of answers with how often they are right.
 * @param truth [samples]
 * @param predictions [samples], with a confidence from 0 to 1 each
 */
export function calibrationOf(
  truth: readonly string[],
  predictions: readonly { readonly label: string | null; readonly confidence: number }[],
): Calibration {
  const sums = Array.from({ length: CALIBRATION_BINS }, () => ({ weight: 0, confidence: 0, right: 0 }));
  let unanswered = 0;
  for (const [sample, { label, confidence }] of predictions.entries()) {
    const bin = sums[binOf(confidence)];
    if (label === null || bin === undefined) {
      unanswered += 1;
      continue;
    }
    bin.weight += 1;
    bin.confidence += confidence;
    bin.right += label === truth[sample] ? 1 : 0;
  }
  const { error, bins } = reliabilityOf(sums);
  return { error, unanswered, bins: bins.map(({ weight, ...bin }) => ({ ...bin, samples: weight })) };
}

/** @returns the error over samples that were judged in pieces; null where nothing was answered */
export function errorOver(pieces: readonly Pick<Calibration, "bins">[]): number | null {
  const sums = Array.from({ length: CALIBRATION_BINS }, (_, index) => {
    const parts = pieces.flatMap(({ bins }) => bins[index] ?? []);
    const total = (of: (bin: CalibrationBin) => number): number => parts.reduce((sum, bin) => sum + of(bin), 0);
    return {
      weight: total(({ samples }) => samples),
      confidence: total(({ samples, confidence }) => samples * (confidence ?? 0)),
      right: total(({ samples, accuracy }) => Math.round(samples * (accuracy ?? 0))),
    };
  });
  return reliabilityOf(sums).error;
}
