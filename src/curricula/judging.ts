// Judges a brain on the evaluation sets of a plan, in pieces so small that predictions of others hardly wait for one.

import type { StateStamp } from "../brains/api.ts";
import { readAhead } from "./ahead.ts";
import type { EvaluationSet, Phase } from "./api.ts";
import { openEvaluation } from "./batches.ts";
import type { Work } from "./work.ts";

/** @returns those that are looked at before and after the phase */
export const setsOf = (evaluations: readonly EvaluationSet[], { evaluate }: Phase): readonly EvaluationSet[] =>
  evaluate === undefined ? evaluations : evaluations.filter(({ name }) => evaluate.includes(name));

/** What evaluations gave, and of which state; null where the brain changed while it was judged. */
export type Judged = {
  /** The share of each set's samples that the brain knows, by the number's name. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly of: Pick<StateStamp, "seq" | "mode"> | null;
};

const nameOf = ({ name }: EvaluationSet): string => `evaluation.${name}`;

/** @param known what was found of the very state that is to be judged: it is not looked at again */
export async function judge(
  work: Work,
  sets: readonly EvaluationSet[],
  known: Judged["numbers"] = {},
): Promise<Judged> {
  const shares: [string, number][] = [];
  const stamps: StateStamp[] = [];
  for (const set of sets) {
    const share = known[nameOf(set)] ?? (await shareOf(work, set, (stamp) => stamps.push(stamp)));
    shares.push([nameOf(set), share]);
  }
  return { numbers: Object.fromEntries(shares), of: theOne(stamps) };
}

function theOne(stamps: readonly StateStamp[]): Judged["of"] {
  const [first] = stamps;
  if (first === undefined || stamps.some(({ seq }) => seq !== first.seq)) return null;
  return { seq: first.seq, mode: first.mode };
}

async function shareOf(work: Work, set: EvaluationSet, onPiece: (stamp: StateStamp) => void): Promise<number> {
  const { brain, plan } = work.of;
  const { brains, datasets } = work.parts;
  const pieces = await work.patiently(() => openEvaluation(set, datasets, { pins: plan.datasets }));
  try {
    let right = 0;
    for await (const { piece } of readAhead((n) => pieces.piece(n), 0, pieces.pieces)) {
      work.boundary();
      const samples = await piece;
      const answer = await work.patiently(() => brains.evaluate(brain, samples));
      onPiece(answer);
      right += Math.round(answer.accuracy * answer.samples);
    }
    return right / pieces.samples;
  } finally {
    await pieces.close();
  }
}
