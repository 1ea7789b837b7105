// What the table of curricula keeps for this folder, read back. It is written by this folder alone, from the types that it is read as.

import type { CurriculumRow } from "../store/curriculum-table.ts";
import { toOneOf } from "../store/stored-values.ts";
import { CURRICULUM_STATES, type CurriculumState } from "./api.ts";
import type { PinnedPlan } from "./pins.ts";
import type { Progress } from "./progress.ts";

export const toState = (text: string): CurriculumState => toOneOf(CURRICULUM_STATES, text);

/** A plan column: `start` wrote it. */
export const toPlan = ({ plan }: Pick<CurriculumRow, "plan">): PinnedPlan => plan as PinnedPlan;

/** A progress column: a `Ledger` wrote it, or who queued the curriculum. */
export const toProgress = (progress: unknown): Progress => progress as Progress;
