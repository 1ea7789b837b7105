// A curriculum as callers see it, of what is kept of it and of how its run goes just now.

import type { CurriculumRow } from "../store/curriculum-table.ts";
import type { CurriculumInfo, PhaseReport, Plan, Progress as ProgressInfo } from "./api.ts";
import type { Life } from "./ledger.ts";
import { doneSteps, type PhaseProgress, type Progress } from "./progress.ts";
import { toPlan, toProgress, toState } from "./stored.ts";
import { summariesOf } from "./summary.ts";

/** What only a run knows. */
export type Now = {
  readonly life: Life;
  readonly progress: Progress;
  readonly waiting: string | null;
  /** Samples and steps a second. */
  readonly pace: { readonly samples: number; readonly steps: number } | null;
};

/** @param now of one that is queued or running here */
export function infoOf(row: CurriculumRow, now?: Now): CurriculumInfo {
  const { datasets: _, ...plan } = toPlan(row);
  const progress = now?.progress ?? toProgress(row.progress);
  const { state, error, startedAt, endedAt } = now?.life ?? { ...row, state: toState(row.state) };
  return {
    id: row.id,
    brain: row.brain,
    name: row.name,
    state,
    plan,
    progress: progressOf(plan, progress, now),
    phases: phasesOf(plan, progress),
    error,
    createdAt: row.createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

export const phasesOf = (plan: Plan, { phases }: Progress): readonly PhaseReport[] =>
  phases.map(({ tallies, ...phase }, index) => ({
    name: plan.phases[index]?.name ?? "",
    ...phase,
    summary: summariesOf(tallies),
  }));

export function progressOf(plan: Plan, progress: Progress, now?: Pick<Now, "waiting" | "pace">): ProgressInfo {
  const done = doneSteps(progress);
  const total = progress.phases.reduce((sum, { steps }) => sum + steps, 0);
  const pace = now?.pace ?? null;
  return {
    ...placeOf(plan, progress),
    done,
    total,
    samplesPerSecond: pace === null ? null : rounded(pace.samples),
    secondsLeft: pace === null || pace.steps === 0 ? null : Math.round((total - done) / pace.steps),
    waiting: now?.waiting ?? null,
  };
}

const NOWHERE = { phase: null, phaseName: null, epoch: null, phaseStep: null, phaseSteps: null } as const;

function placeOf(plan: Plan, { phase, phases }: Progress) {
  const [planned, report] = [plan.phases[phase], phases[phase]];
  if (planned === undefined || report === undefined || report.startedAt === null) return NOWHERE;
  const epoch = epochOf(report, planned.epochs);
  return { phase, phaseName: planned.name, epoch, phaseStep: report.done, phaseSteps: report.steps };
}

/** All epochs of a phase have as many steps. */
const epochOf = ({ done, steps }: PhaseProgress, epochs: number): number =>
  steps === 0 ? 1 : Math.min(epochs, Math.floor((done * epochs) / steps) + 1);

const rounded = (value: number): number => Math.round(10 * value) / 10;
