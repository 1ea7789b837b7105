// Judges a brain on the evaluation sets of a plan, in pieces so small that predictions of others hardly wait for one.

import type { StateStamp } from "../brains/api.ts";
import { type Calibration, errorOver } from "../metrics/calibration.ts";
import { readAhead } from "./ahead.ts";
import type { EvaluationSet, Phase } from "./api.ts";
import { openEvaluation } from "./batches.ts";
import type { Work } from "./work.ts";

/** @returns those that are looked at before and after the phase */
export const setsOf = (evaluations: readonly EvaluationSet[], { evaluate }: Phase): readonly EvaluationSet[] =>
  evaluate === undefined ? evaluations : evaluations.filter(({ name }) => evaluate.includes(name));

/** What evaluations gave, and of which state; null where the brain changed while it was judged. */
export type Judged = {
  /** The share of each set's samples that the brain knows, and the calibration error of what it answers, by the number's name. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly of: Pick<StateStamp, "seq" | "mode"> | null;
};

/** What numbers about a set are called. */
const namesOf = ({ name }: EvaluationSet) => ({ share: `evaluation.${name}`, error: `calibration.${name}` });

/** @param known what was found of the very state that is to be judged: it is not looked at again */
export async function judge(
  work: Work,
  sets: readonly EvaluationSet[],
  known: Judged["numbers"] = {},
): Promise<Judged> {
  const numbers: Record<string, number> = {};
  const stamps: StateStamp[] = [];
  for (const set of sets) {
    const names = namesOf(set);
    const before = known[names.share];
    const { share, error } =
      before === undefined
        ? await judgeOn(work, set, (stamp) => stamps.push(stamp))
        : { share: before, error: known[names.error] ?? null };
    numbers[names.share] = share;
    if (error !== null) numbers[names.error] = error;
  }
  return { numbers, of: theOne(stamps) };
}

function theOne(stamps: readonly StateStamp[]): Judged["of"] {
  const [first] = stamps;
  if (first === undefined || stamps.some(({ seq }) => seq !== first.seq)) return null;
  return { seq: first.seq, mode: first.mode };
}

/** @returns the error as null where the brain had no answer to any sample */
async function judgeOn(
  work: Work,
  set: EvaluationSet,
  onPiece: (stamp: StateStamp) => void,
): Promise<{ readonly share: number; readonly error: number | null }> {
  const { brain, plan } = work.of;
  const { brains, datasets } = work.parts;
  const pieces = await work.patiently(() => openEvaluation(set, datasets, { pins: plan.datasets }));
  try {
    let right = 0;
    const calibrations: Calibration[] = [];
    for await (const { piece } of readAhead((n) => pieces.piece(n), 0, pieces.pieces)) {
      work.boundary();
      const samples = await piece;
      const answer = await work.patiently(() => brains.evaluate(brain, samples));
      onPiece(answer);
      right += Math.round(answer.accuracy * answer.samples);
      calibrations.push(answer.calibration);
    }
    return { share: right / pieces.samples, error: errorOver(calibrations) };
  } finally {
    await pieces.close();
  }
}
