// How a brain is watched, as a form holds it, and what of it was changed.

/** As typed and chosen. */
export type Watching = { readonly holdout: string; readonly driftDetector: string; readonly modePolicy: string };

type InForce = { readonly holdout: number; readonly driftDetector: string; readonly modePolicy: string };

export const watchingOf = ({ holdout, driftDetector, modePolicy }: InForce): Watching => ({
  holdout: String(holdout),
  driftDetector,
  modePolicy,
});

/** @returns what to send; null where nothing was changed. What is no number goes as it is: the server says what is wrong with it */
export function changesOf(before: Watching, after: Watching): { readonly [name: string]: string | number } | null {
  const holdout = after.holdout.trim();
  const number = Number(holdout);
  const changes = {
    ...(holdout === before.holdout ? {} : { holdout: holdout === "" || Number.isNaN(number) ? after.holdout : number }),
    ...(after.driftDetector === before.driftDetector ? {} : { driftDetector: after.driftDetector }),
    ...(after.modePolicy === before.modePolicy ? {} : { modePolicy: after.modePolicy }),
  };
  return Object.keys(changes).length === 0 ? null : changes;
}
