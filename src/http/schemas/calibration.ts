// How far confidence is from being right, bin by bin, as clients read it: of samples counted once, or of samples that fade.

import Type, { type TProperties } from "typebox";
import { CALIBRATION_BINS } from "../../brain/measures/reliability.ts";
import { share } from "./common.ts";
import { nullableShare } from "./ref.ts";

/** @param size what says how much is in a bin */
export const reliability = <Size extends TProperties>(size: Size) => ({
  error: nullableShare(
    "The expected calibration error: the mean of `|accuracy − confidence|` over the bins, each by its share of the answers (Naeini et al. 2015; Guo et al. 2017). null where nothing was answered.",
  ),
  bins: Type.Array(
    Type.Object({
      from: share("Confidences above this, and 0 in the first bin."),
      to: share("Confidences up to this one."),
      ...size,
      confidence: nullableShare("Their mean confidence; null of none."),
      accuracy: nullableShare("The share of them that was right; null of none."),
    }),
    {
      minItems: CALIBRATION_BINS,
      maxItems: CALIBRATION_BINS,
      description: `Answers by the confidence in their label, in ${CALIBRATION_BINS} bins of equal width.`,
    },
  ),
});

/** @param bins those with answers, by index @param empty the size of others */
export const calibrationExample = (
  own: object,
  bins: { readonly [index: number]: object },
  empty: object,
  error: number,
) => ({
  error,
  ...own,
  bins: Array.from({ length: CALIBRATION_BINS }, (_, index) => ({
    from: index / CALIBRATION_BINS,
    to: (index + 1) / CALIBRATION_BINS,
    ...(bins[index] ?? { ...empty, confidence: null, accuracy: null }),
  })),
});
