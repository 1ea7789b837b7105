// How far a curriculum is, and what its phases have measured so far: plain data that is kept after each piece of work and read at the next start.
// Invariant: what is written down has been done, and what was done and is not written down is asked for again under the same key.

import type { LearningMode, Mode } from "../brain/config.ts";
import type { StepRow } from "../store/curriculum-table.ts";
import type { CurriculumState, PhaseReport, Plan } from "./api.ts";
import type { Judged } from "./judging.ts";
import { type Tallies, tallied } from "./summary.ts";

/** What comes next in a phase: its events and first evaluation; steps; an evaluation that is due between them; its last event and evaluation. */
export type Stage = "begin" | "steps" | "evaluate" | "end";

export type PhaseProgress = Omit<PhaseReport, "name" | "summary"> & { readonly tallies: Tallies };

export type Progress = {
  /** Counts how often it was begun or resumed: modes are set anew each time. */
  readonly run: number;
  /** The brain's mode before this run; null until that has begun. */
  readonly modeBefore: Mode | null;
  /** Whether the brain has the mode that the place in the plan wants. */
  readonly isModeSet: boolean;
  /** The phase that is next or under way; behind the last one once all are done. */
  readonly phase: number;
  readonly stage: Stage;
  /** The last step that was learned: an evaluation after it belongs to its line. */
  readonly last: StoredStep | null;
  /** What was found when the last phase ended. */
  readonly judged: Judged | null;
  readonly phases: readonly PhaseProgress[];
};

/** As JSON has it. */
type StoredStep = Omit<StepRow, "createdAt" | "numbers"> & { readonly time: string };

/** @param steps of each phase */
export const newProgress = (steps: readonly number[]): Progress => ({
  run: 0,
  modeBefore: null,
  isModeSet: false,
  phase: 0,
  stage: "begin",
  last: null,
  judged: null,
  phases: steps.map((count) => ({
    state: "pending",
    steps: count,
    done: 0,
    samples: 0,
    fromSeq: null,
    toSeq: null,
    startedAt: null,
    endedAt: null,
    tallies: {},
  })),
});

/** @returns steps that are done, of all phases */
export const doneSteps = ({ phases }: Progress): number => phases.reduce((sum, { done }) => sum + done, 0);

/** @returns the mode that the plan wants where it is; undefined where it wants none */
export function wantedMode({ phases }: Plan, progress: Progress): LearningMode | undefined {
  const begun = phases.slice(0, progress.phases.filter(({ fromSeq }) => fromSeq !== null).length);
  return begun.findLast(({ mode }) => mode !== undefined)?.mode;
}

function withPhase(progress: Progress, change: (phase: PhaseProgress) => Partial<PhaseProgress>): Progress {
  const phases = progress.phases.map((phase, index) =>
    index === progress.phase ? { ...phase, ...change(phase) } : phase,
  );
  return { ...progress, phases };
}

/** A run has begun. */
export const begunRun = (progress: Progress, modeBefore: Mode): Progress => ({ ...progress, modeBefore });

export const modeTaken = (progress: Progress): Progress => ({ ...progress, isModeSet: true });

/** The phase has begun; its events follow. */
export const begunPhase = (progress: Progress, fromSeq: number, time: string): Progress =>
  withPhase(progress, () => ({ state: "running", fromSeq, startedAt: time }));

/** What comes before the phase's steps is done. @param evaluations accuracy by number's name */
export const preparedPhase = (progress: Progress, evaluations: Readonly<Record<string, number>>): Progress => ({
  ...withPhase(progress, ({ tallies }) => ({ tallies: tallied(tallies, evaluations) })),
  stage: progress.phases[progress.phase]?.steps === 0 ? "end" : "steps",
});

/** One more step was learned. @param isDue whether an evaluation follows it */
export function stepped(progress: Progress, row: StepRow, samples: number, isDue: boolean): Progress {
  const { createdAt, numbers, ...place } = row;
  const counted = withPhase(progress, (phase) => ({
    done: phase.done + 1,
    samples: phase.samples + samples,
    toSeq: row.seq,
    tallies: tallied(phase.tallies, numbers),
  }));
  return { ...afterStep(counted, isDue), last: { ...place, time: createdAt.toISOString() } };
}

/** The evaluation that was due is made. */
export const evaluated = (progress: Progress, evaluations: Readonly<Record<string, number>>): Progress =>
  afterStep(
    withPhase(progress, ({ tallies }) => ({ tallies: tallied(tallies, evaluations) })),
    false,
  );

function afterStep(progress: Progress, isDue: boolean): Progress {
  const phase = progress.phases[progress.phase];
  const next = phase === undefined || phase.done < phase.steps ? "steps" : "end";
  return { ...progress, stage: isDue ? "evaluate" : next };
}

/** The phase is over. @param toSeq of the brain's last change in it */
export const endedPhase = (
  progress: Progress,
  { judged, toSeq, time }: { readonly judged: Judged; readonly toSeq: number; readonly time: string },
): Progress => ({
  ...withPhase(progress, ({ tallies }) => ({
    ...{ state: "completed", toSeq, endedAt: time },
    tallies: tallied(tallies, judged.numbers),
  })),
  judged,
  phase: progress.phase + 1,
  stage: "begin",
});

/** It ends where it is, before its end. */
export const brokenOff = (
  progress: Progress,
  state: Extract<CurriculumState, "cancelled" | "failed">,
  time: string,
): Progress => withPhase(progress, ({ state: was }) => (was === "running" ? { state, endedAt: time } : {}));

/** It goes on where it was broken off, in a run of its own. */
export const resumed = (progress: Progress): Progress => ({
  ...withPhase(progress, ({ state }) => (state === "pending" ? {} : { state: "running", endedAt: null })),
  run: progress.run + 1,
  modeBefore: null,
  isModeSet: false,
});
