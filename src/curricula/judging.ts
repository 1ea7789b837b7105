// Judges a brain on the evaluation sets of a plan, in pieces so small that predictions of others hardly wait for one.

import { readAhead } from "./ahead.ts";
import type { EvaluationSet, Phase } from "./api.ts";
import { openEvaluation } from "./batches.ts";
import type { Work } from "./work.ts";

/** @returns those that are looked at before and after the phase */
export const setsOf = (evaluations: readonly EvaluationSet[], { evaluate }: Phase): readonly EvaluationSet[] =>
  evaluate === undefined ? evaluations : evaluations.filter(({ name }) => evaluate.includes(name));

/** @returns the share of each set's samples that the brain knows, by the number's name */
export async function judge(work: Work, sets: readonly EvaluationSet[]): Promise<Readonly<Record<string, number>>> {
  const shares: [string, number][] = [];
  for (const set of sets) shares.push([`evaluation.${set.name}`, await shareOf(work, set)]);
  return Object.fromEntries(shares);
}

async function shareOf(work: Work, set: EvaluationSet): Promise<number> {
  const { brain, plan } = work.of;
  const { brains, datasets } = work.parts;
  const pieces = await work.patiently(() => openEvaluation(set, datasets, { pins: plan.datasets }));
  try {
    let right = 0;
    for await (const { piece } of readAhead((n) => pieces.piece(n), 0, pieces.pieces)) {
      work.boundary();
      const samples = await piece;
      const { accuracy, samples: count } = await work.patiently(() => brains.evaluate(brain, samples));
      right += Math.round(accuracy * count);
    }
    return right / pieces.samples;
  } finally {
    await pieces.close();
  }
}
