// How a brain is watched, as clients write and read it: the same for every kind.

import Type from "typebox";
import { HOLDOUT } from "../../brain/limits.ts";
import { DRIFT_DETECTORS, MODE_POLICIES, WATCHING_DEFAULTS } from "../../brain/watching.ts";
import { bounds } from "./common.ts";

export const watching = {
  holdout: Type.Integer({
    ...bounds(HOLDOUT),
    default: WATCHING_DEFAULTS.holdout,
    description:
      "Samples of each class that are kept aside and never learned from, to measure what the brain forgets; 0: none.",
  }),
  driftDetector: Type.Enum(DRIFT_DETECTORS, {
    type: "string",
    default: WATCHING_DEFAULTS.driftDetector,
    description:
      "Who watches how often the brain errs on what it is about to learn: `adwin` (a window that adapts, confidence 0.002), `page-hinkley` (the Page-Hinkley test: δ 0.005, λ 50), or nobody (`none`). Only a rise is drift. A detector that is changed begins anew.",
  }),
  modePolicy: Type.Enum(MODE_POLICIES, {
    type: "string",
    default: WATCHING_DEFAULTS.modePolicy,
    description:
      "`fixed`: the mode is what callers set. `auto`: drift takes the brain from `plastic` to `panic`, as an event of its own behind the lesson; and back once four fifths of the rise of its error are gone (`recovered`), or 1,000 samples bring no new low (`settled`), but not before 100 samples, nor into panic again for 500. A mode that a caller sets stays.",
  }),
};
