// What a curriculum measured, step by step, in columns: as it was, or so many points that a chart can show, each the mean of the steps it stands for.

import { setImmediate } from "node:timers/promises";
import type { CurriculumRow, CurriculumTable, StepRow } from "../store/curriculum-table.ts";
import type { CurriculumHistory } from "./api.ts";
import { inOrder } from "./number-order.ts";
import { doneSteps, type Progress } from "./progress.ts";
import { toPlan, toProgress } from "./stored.ts";

/** Lines of one answer at most, and when nothing else is asked for. */
export const HISTORY_LIMIT = { most: 10_000, usual: 1_000 } as const;

export type HistoryRequest = { readonly from?: number; readonly limit?: number; readonly points?: number };

const PAGE_ROWS = 1_000;

/** No step has an index beyond: PostgreSQL's `integer`. */
const LAST_INDEX = 2_147_483_647;

/** What is not written down by then is not in the history yet. */
export async function historyOf(
  row: CurriculumRow,
  { from: wanted = 0, limit = HISTORY_LIMIT.usual, points }: HistoryRequest,
  table: CurriculumTable,
): Promise<CurriculumHistory> {
  const progress = toProgress(row.progress);
  const from = Math.min(wanted, LAST_INDEX);
  const lines =
    points === undefined
      ? await stepsOf(row.id, from, limit, table)
      : await thinned(row.id, { from, points, total: doneSteps(progress) }, table);
  return { curriculum: row.id, brain: row.brain, phases: marksOf(row, progress), ...columnsOf(lines) };
}

async function stepsOf(id: string, from: number, limit: number, table: CurriculumTable): Promise<readonly StepRow[]> {
  const steps: StepRow[] = [];
  while (steps.length < limit) {
    const page = await table.steps(id, from + steps.length, Math.min(PAGE_ROWS, limit - steps.length));
    steps.push(...page);
    if (page.length < PAGE_ROWS) break;
    await setImmediate();
  }
  return steps;
}

/** Neighbouring steps of one phase as one line, so that there are hardly more than `points` of them. */
async function thinned(
  id: string,
  { from, points, total }: { readonly from: number; readonly points: number; readonly total: number },
  table: CurriculumTable,
): Promise<readonly StepRow[]> {
  const width = Math.max(1, Math.ceil((total - from) / points));
  const lines: StepRow[] = [];
  let waiting: StepRow[] = [];
  const close = (): void => {
    lines.push(...meanOf(waiting));
    waiting = [];
  };
  for (let at = from; ; at += PAGE_ROWS) {
    const page = await table.steps(id, at, PAGE_ROWS);
    for (const step of page) {
      const first = waiting[0];
      if (first !== undefined && (first.phase !== step.phase || waiting.length === width)) close();
      waiting.push(step);
    }
    if (page.length < PAGE_ROWS) break;
    await setImmediate();
  }
  close();
  return lines;
}

/** @returns the last of `steps`, with the mean of each number over those that measured it; nothing of none */
function meanOf(steps: readonly StepRow[]): readonly StepRow[] {
  const last = steps.at(-1);
  if (last === undefined || steps.length === 1) return steps;
  const names = new Set(steps.flatMap(({ numbers }) => Object.keys(numbers)));
  const means = [...names].map((name) => {
    const values = steps.flatMap(({ numbers }) => numbers[name] ?? []);
    return [name, values.reduce((sum, value) => sum + value, 0) / values.length] as const;
  });
  return [{ ...last, numbers: Object.fromEntries(means) }];
}

function marksOf(row: CurriculumRow, { phases }: Progress): CurriculumHistory["phases"] {
  const plan = toPlan(row);
  let from = 0;
  return phases.flatMap(({ done, startedAt, endedAt }, index) => {
    if (startedAt === null) return [];
    const mark = { name: plan.phases[index]?.name ?? "", from, to: endedAt === null ? null : from + done };
    from += done;
    return [mark];
  });
}

function columnsOf(steps: readonly StepRow[]) {
  const names = inOrder(steps.flatMap(({ numbers }) => Object.keys(numbers)));
  return {
    index: steps.map(({ index }) => index),
    phase: steps.map(({ phase }) => phase),
    epoch: steps.map(({ epoch }) => epoch),
    step: steps.map(({ step }) => step),
    seq: steps.map(({ seq }) => seq),
    time: steps.map(({ createdAt }) => createdAt.toISOString()),
    numbers: Object.fromEntries(names.map((name) => [name, steps.map(({ numbers }) => numbers[name] ?? null)])),
  };
}
