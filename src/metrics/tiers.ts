// How long a brain's numbers are kept at which resolution. What is older than its tier keeps is put together to the next coarser one, a whole
// block at a time, so that each moment is stored once. Invariant: steps and spans divide the ones after them, so that no point is ever cut.

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

export type Tier = {
  /** Of its points, in seconds. */
  readonly stepS: number;
  /** How old they get at least before they are put together. */
  readonly keepS: number;
  /** What one of its blocks spans: so much is put together at once. 0 for the finest, whose blocks are written as they come. */
  readonly spanS: number;
};

// A quarter of an hour shows single calls, three hours a session, two days a day beside the one before, a month trends, two years the seasons.
export const TIERS = [
  { stepS: 1, keepS: 15 * MINUTE_S, spanS: 0 },
  { stepS: 10, keepS: 3 * HOUR_S, spanS: 10 * MINUTE_S },
  { stepS: MINUTE_S, keepS: 2 * DAY_S, spanS: 2 * HOUR_S },
  { stepS: 10 * MINUTE_S, keepS: 30 * DAY_S, spanS: DAY_S },
  { stepS: 2 * HOUR_S, keepS: 730 * DAY_S, spanS: 10 * DAY_S },
] as const satisfies readonly Tier[];

/** Of the points that are recorded. */
export const FINEST_STEP_S = TIERS[0].stepS;

/** @returns the step of what is kept of a time so long ago, when all is put together that may be */
export function stepAtAgeS(ageS: number): number {
  const tier = TIERS.find(({ keepS }) => ageS <= keepS) ?? TIERS[TIERS.length - 1];
  return tier?.stepS ?? FINEST_STEP_S;
}
