// What curricula offer to whoever calls them: phases of teaching and judging a brain that run as one job, beside everything else.
// Every method rejects with an `EngramError` when the caller is at fault or a part is away, and then nothing has changed.

import type { LearningMode } from "../brain/config.ts";
import type { Terms } from "../brains/terms.ts";

/** What is done to a sample before the brain meets it. Pixels count from 0 to 1. */
export type Transform =
  /** `unit`: 1 − x, of pixels; `signed`: −x, of numbers around 0. */
  | { readonly type: "invert"; readonly range?: "unit" | "signed" }
  /** Adds Gaussian noise of that standard deviation, another one to each sample in each epoch. */
  | { readonly type: "noise"; readonly deviation: number }
  /** Mean of size × size pixels (odd), those outside count as 0. */
  | { readonly type: "blur"; readonly size?: number }
  | { readonly type: "brightness"; readonly factor: number }
  /** Counter-clockwise around the middle; bilinear, what comes from outside is 0. */
  | { readonly type: "rotate"; readonly degrees: number };

/** Samples of a dataset. */
export type Selection = {
  readonly dataset: string;
  /** Of these classes alone; of all when absent. */
  readonly classes?: readonly string[];
  /** So many of each class at most, the first ones; all when absent. */
  readonly samplesPerClass?: number;
  /** One after the other. */
  readonly transform?: readonly Transform[];
};

export type EvaluationSet = Selection & { readonly name: string };

export const ORDERS = ["shuffled", "stored", "byClass"] as const;
export type Order = (typeof ORDERS)[number];

export type Phase = Selection & {
  readonly name: string;
  readonly epochs: number;
  readonly batchSize: number;
  /** `byClass`: all of one class before any of the next, in the order of `classes`, each shuffled. */
  readonly order: Order;
  /** Of the shuffle and the noise. */
  readonly seed: number;
  /** The brain's mode while the phase runs; as it is when absent. It has its own mode again when the curriculum ends. */
  readonly mode?: LearningMode;
  readonly memorize: boolean;
  /** Whether idle neurons may be born again; as the brain's layers say when absent. */
  readonly neurogenesis?: boolean;
  /** Whether the brain consolidates when the phase is over. */
  readonly consolidate: boolean;
  /** Whether it is a task of its own for the measures of forgetting. */
  readonly task: boolean;
  /** Names of the evaluation sets that are looked at before and after the phase; all when absent. */
  readonly evaluate?: readonly string[];
  /** And after every so many steps; never in between when absent. */
  readonly evaluateEvery?: number;
};

/** What is to be done, defaults filled in. */
export type Plan = {
  readonly name: string | null;
  readonly phases: readonly Phase[];
  readonly evaluations: readonly EvaluationSet[];
};

export const CURRICULUM_STATES = ["queued", "running", "completed", "cancelled", "failed"] as const;
export type CurriculumState = (typeof CURRICULUM_STATES)[number];

/** Of one measured number in one phase: at its first step (of evaluations: before it), at its last (after it), their difference, and the mean of all. */
export type Summary = {
  readonly initial: number;
  readonly final: number;
  readonly mean: number;
  readonly improvement: number;
};

export type PhaseReport = {
  readonly name: string;
  readonly state: "pending" | "running" | "completed" | "cancelled" | "failed";
  readonly steps: number;
  /** Steps done. */
  readonly done: number;
  readonly samples: number;
  /** The brain's `seq` when it began and when it ended; null before. */
  readonly fromSeq: number | null;
  readonly toSeq: number | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** By the number's name: `accuracy`, `reward`, …, `evaluation.<name>`, `calibration.<name>`. */
  readonly summary: { readonly [number: string]: Summary };
};

export type Progress = {
  /** The phase under way, from 0; null before the first and behind the last. */
  readonly phase: number | null;
  readonly phaseName: string | null;
  /** From 1; null where there is no phase. */
  readonly epoch: number | null;
  readonly phaseStep: number | null;
  readonly phaseSteps: number | null;
  /** Of all phases. */
  readonly done: number;
  readonly total: number;
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Why it stands still, where it waits for a part of the server or for its turn. */
  readonly waiting: string | null;
};

export type CurriculumInfo = {
  readonly id: string;
  readonly brain: string;
  readonly name: string | null;
  readonly state: CurriculumState;
  readonly plan: Plan;
  readonly progress: Progress;
  readonly phases: readonly PhaseReport[];
  /** Why it failed. */
  readonly error: { readonly code: string; readonly detail: string } | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
};

/** One line per step, the oldest first; columns of equal length. */
export type CurriculumHistory = {
  readonly curriculum: string;
  readonly brain: string;
  /** Where each phase begins: the first index of its steps, for marks on a chart. */
  readonly phases: readonly { readonly name: string; readonly from: number; readonly to: number | null }[];
  readonly index: readonly number[];
  readonly phase: readonly number[];
  readonly epoch: readonly number[];
  readonly step: readonly number[];
  readonly seq: readonly number[];
  readonly time: readonly string[];
  /** By name; null where a step did not measure it. */
  readonly numbers: { readonly [name: string]: readonly (number | null)[] };
};

export type CurriculaPage = { readonly limit: number; readonly cursor?: string; readonly state?: CurriculumState };

export interface Curricula {
  /** @throws EngramError validation (what does not fit the brain or the datasets), brain-not-found, overloaded (too many wait) */
  start(brain: string, plan: Plan, terms?: Terms): Promise<CurriculumInfo>;
  /** Of one brain, or of all; the newest first. */
  list(
    brain: string | null,
    page: CurriculaPage,
  ): Promise<{ readonly curricula: readonly CurriculumInfo[]; readonly nextCursor: string | null }>;
  /** @throws EngramError curriculum-not-found, as all below */
  get(brain: string, id: string): Promise<CurriculumInfo>;
  /** Ends it at the next step; one that has ended stays as it is. */
  cancel(brain: string, id: string): Promise<CurriculumInfo>;
  /** Has one that was cancelled or failed go on where it was. @throws EngramError curriculum-not-resumable */
  resume(brain: string, id: string): Promise<CurriculumInfo>;
  /** Removes what is kept of one that has ended. @throws EngramError curriculum-running */
  remove(brain: string, id: string): Promise<void>;
  history(
    brain: string,
    id: string,
    request: { readonly from?: number; readonly limit?: number; readonly points?: number },
  ): Promise<CurriculumHistory>;
}
