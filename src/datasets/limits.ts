// How much one dataset may be, whatever format it comes in.

import { PLASTIC_LIMITS } from "../brain/limits.ts";

export const MAX_ROWS = 4_000_000;
export const MAX_CLASSES = 10_000;
/** Of one sample. */
export const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;
/** Features of one sample: as many as a brain takes. */
export const MAX_FEATURES = PLASTIC_LIMITS.inputDim.most;
