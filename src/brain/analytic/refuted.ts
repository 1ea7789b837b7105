// Whether panic refutes what calm lessons taught. Where a world only looks otherwise, both are true, each in its place. Where it is called otherwise, the calm columns
// go on claiming what is theirs no longer, and by their many samples outvote the few of panic. Remembered samples that are left out tell the two apart:
// a class is suspect when it claims much in panic, and refuted when panic is understood better once its calm column and neighbours are not
// heard. Nothing is lost by it: at each solving the evidence is looked at anew. Invariant: without samples of panic nobody is suspect.

import { CONTEXTS } from "./class-sums.ts";

/** A remembered sample, and what is said of it when it is left out. */
export type Judged = {
  /** Where it belongs. */
  readonly column: number;
  /** The likeliest class. */
  readonly answer: number;
};

/** A class is suspect whose wrong claims in panic are more than this share of its right ones in calm, among as many samples. */
const SUSPECT = 0.5;
/** Of what was wrong in panic, what must come right without the suspects: as a share, and in samples. */
const MENDED = { share: 0.25, samples: 4 } as const;

const isOfPanic = ({ column }: Judged): boolean => column % CONTEXTS > 0;
const isRight = ({ column, answer }: Judged): boolean => Math.floor(column / CONTEXTS) === answer;

/** Classes, ascending. */
export function suspectsOf(judged: readonly Judged[]): number[] {
  const panic = judged.filter(isOfPanic);
  const calm = judged.filter((one) => !isOfPanic(one));
  const wrong = answersOf(panic.filter((one) => !isRight(one)));
  const right = answersOf(calm.filter(isRight));
  const isSuspect = ([classId, claims]: readonly [number, number]) =>
    claims * calm.length > SUSPECT * (right.get(classId) ?? 0) * panic.length;
  return [...wrong]
    .filter(isSuspect)
    .map(([classId]) => classId)
    .sort((a, b) => a - b);
}

/** @param without what is said when the suspects' calm columns and neighbours are not heard, of the same samples of panic */
export function areRefuted(judged: readonly Judged[], without: readonly Judged[]): boolean {
  const wrong = wrongInPanic(judged);
  const mended = wrong - wrongInPanic(without);
  return mended >= Math.max(MENDED.samples, MENDED.share * wrong);
}

const wrongInPanic = (judged: readonly Judged[]): number =>
  judged.filter((one) => isOfPanic(one) && !isRight(one)).length;

/** How often each class is the answer. */
function answersOf(judged: readonly Judged[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { answer } of judged) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
}
