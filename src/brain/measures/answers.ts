// What a brain answered to samples before it learned them: all that measures know of a lesson.

/** Stands where a brain named no class. */
export const NO_CLASS = -1;

export type Answers = {
  /** int32 [batch]: the class that each sample was taken for, `NO_CLASS` for none. */
  readonly classes: Int32Array;
  /** float64 [batch], 0 to 1: how sure of that, as a prediction tells it; 0 of none. */
  readonly confidence: Float64Array;
  /** float32 [batch]: 1 − similarity to what is most similar of all that the brain remembers. */
  readonly novelty: Float32Array;
};

/** Hears, once in a lesson, what the brain answered to its samples. */
export type AnswerObserver = (answers: Answers) => void;

/** How many samples there were, and how many of them were answered right. */
export type Tally = { readonly samples: number; readonly right: number };

export const NO_SAMPLES: Tally = { samples: 0, right: 0 };

/** @returns the share that was right; null of no sample */
export const accuracyOf = ({ samples, right }: Tally): number | null => (samples === 0 ? null : right / samples);

export const tallied = (tally: Tally, isRight: boolean): Tally => ({
  samples: tally.samples + 1,
  right: tally.right + (isRight ? 1 : 0),
});
