// Live tuning: what a caller may change of a brain's configuration, checked against what it is now.

import type { Blueprint, Kind, PlasticConfig, Tuning } from "../brain/config.ts";
import type { Tuned } from "../brain/events.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import { WATCHING, type Watching } from "../brain/watching.ts";
import { invalid } from "../errors.ts";
import type { BrainTable } from "../store/brain-table.ts";
import type { Head, Notes } from "../store/event-log.ts";
import type { BrainInfo, TuningWishes } from "./api.ts";
import { infoOf } from "./brain-info.ts";
import { excessOf } from "./excess.ts";
import type { LiveBrain } from "./live-brain.ts";
import { existing } from "./not-found.ts";
import type { Terms } from "./terms.ts";
import type { Conditions } from "./writer.ts";

/** @throws EngramError validation, when more samples would vote than the memory holds */
export function checkNeighbors({ neighbors, memorySize }: Pick<PlasticConfig, "neighbors" | "memorySize">): void {
  if (neighbors <= memorySize) return;
  throw invalid(
    "#/config/neighbors",
    `is ${neighbors}, more than the ${memorySize} samples of the memory (memorySize)`,
  );
}

/**
 * @param blueprint the brain as it was created
 * @param wishes each value in its own range already
 * @returns the event that tunes the brain; half a reward is completed from the one in force
 * @throws EngramError validation
 */
export function draftTuning(blueprint: Blueprint, head: Head, wishes: TuningWishes, budgetMb: number): Tuned {
  const { kind, config } = blueprint;
  const tuning = kind === "plastic" ? tuningIn(wishes, config, head) : watchingIn(wishes, kind);
  checkSize(blueprint, head, tuning, budgetMb);
  return { type: "tuned", tuning };
}

function tuningIn({ reward, ...wishes }: TuningWishes, created: PlasticConfig, { shape }: Head): Partial<Tuning> {
  const tuning = { ...wishes, ...(reward === undefined ? {} : { reward: { ...shape.tuning.reward, ...reward } }) };
  checkNeighbors({ ...created, ...shape.tuning, ...tuning });
  return tuning;
}

/** What takes memory of its own. */
const SIZED = ["memoryIndex", "holdout"] as const;

function checkSize(blueprint: Blueprint, { shape, labels }: Head, tuning: Partial<Tuning>, budgetMb: number): void {
  const sized = SIZED.find((name) => tuning[name] !== undefined);
  if (sized === undefined) return;
  const tuned = effectiveBlueprint(blueprint, { ...shape, tuning: { ...shape.tuning, ...tuning } });
  const excess = excessOf(tuned, budgetMb, labels.length);
  if (excess !== null) throw invalid(`#/config/${sized}`, `makes ${excess}`);
}

/** @returns the wishes, of a kind whose other settings are fixed */
function watchingIn(wishes: TuningWishes, kind: Kind): Partial<Watching> {
  const fixed = Object.entries(wishes).find(([name, value]) => value !== undefined && !isWatching(name));
  if (fixed !== undefined) throw invalid(`#/config/${fixed[0]}`, `is fixed when a ${kind} brain is created`);
  const { holdout, driftDetector, modePolicy } = wishes;
  return {
    ...(holdout === undefined ? {} : { holdout }),
    ...(driftDetector === undefined ? {} : { driftDetector }),
    ...(modePolicy === undefined ? {} : { modePolicy }),
  };
}

const isWatching = (name: string): boolean => WATCHING.some((known) => known === name);

/**
 * Tunes a brain and renames it in one transaction.
 * @returns the brain as the change left it; the notes of a later call, if this one is asked for again and was cut off the first time
 */
export async function tune(
  brain: LiveBrain,
  wishes: TuningWishes,
  notes: Notes,
  terms: Terms,
  { table, memoryBudgetMb }: { readonly table: BrainTable; readonly memoryBudgetMb: number },
): Promise<BrainInfo> {
  const { row } = brain;
  const noted = async () => {
    const found = await table.find(row.id);
    const { name, tags, updatedAt } = existing(row.id, found?.uid === row.uid ? found : null);
    return { name, tags, updatedAt: updatedAt.toISOString() };
  };
  // A change is made where a host holds the brain.
  const change = {
    draft: (head: Head) => draftTuning(row, head, wishes, memoryBudgetMb),
    known: (_event: Tuned, head: Head) => infoOf({ ...row, ...head }, "resident"),
    notes,
  };
  const make = async (conditions: Conditions) => {
    const { known } = await brain.changeAdmitted(change, conditions);
    return { known, outcome: await noted() };
  };
  const { known, outcome } = await brain.once(terms, make, noted);
  return { ...known, ...outcome };
}
