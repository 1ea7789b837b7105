// The steps of a curriculum as charts take them: points of so many steps that few enough are drawn, phases as stretches. Pure.
// Invariant: what a step measured counts once, however often the step is read.

import type { Curriculum, CurriculumHistory, PhaseReport } from "../../../api/types.ts";
import { MAX_MARKS, type Mark } from "../../../charts/marks.ts";
import type { Stretch } from "../../../charts/source.ts";
import { STEP_MS } from "../../../charts/step-axis.ts";
import { Timeline } from "../../../charts/timeline.ts";
import { MAX_POINTS } from "../../../charts/windows.ts";
import { isOfEvaluation } from "./numbers.ts";

export class Steps {
  readonly timeline: Timeline;
  /** The last step that was read, and what it measured by then: an evaluation that follows it comes later. */
  #last: { readonly index: number; readonly names: ReadonlySet<string> } | null = null;
  /** Phases whose first evaluation is in. */
  readonly #judged = new Set<number>();

  /** @param total steps of all phases */
  constructor(total: number) {
    this.timeline = new Timeline(STEP_MS * Math.max(1, Math.ceil(total / MAX_POINTS)), MAX_POINTS + 1);
  }

  /** Where to read on: at the last step once more. */
  get from(): number {
    return this.#last?.index ?? 0;
  }

  /** Takes in steps from `from` on. */
  take({ index, numbers }: CurriculumHistory): void {
    for (const [row, step] of index.entries()) {
      const known = this.#last?.index === step ? this.#last.names : new Set<string>();
      const measured = Object.entries(numbers).flatMap(([name, column]): [string, number][] => {
        const value = column[row] ?? null;
        return value === null ? [] : [[name, value]];
      });
      this.timeline.fold(step * STEP_MS, Object.fromEntries(measured.filter(([name]) => !known.has(name))));
      this.#last = { index: step, names: new Set([...known, ...measured.map(([name]) => name)]) };
    }
  }

  /** What phases were judged by before their first step is in their reports alone. */
  takeReports(phases: readonly PhaseReport[]): void {
    let from = 0;
    for (const [place, { steps, summary }] of phases.entries()) {
      const initials = Object.entries(summary).filter(([name]) => isOfEvaluation(name));
      if (initials.length > 0 && !this.#judged.has(place)) {
        this.#judged.add(place);
        const values = initials.map(([name, { initial }]) => [name, initial] as const);
        this.timeline.fold(from * STEP_MS, Object.fromEntries(values));
      }
      from += steps;
    }
  }
}

/** @returns each phase from its first step to the first of the next */
export function stretchesOf(phases: readonly Pick<PhaseReport, "name" | "steps">[]): readonly Stretch[] {
  let from = 0;
  return phases.map(({ name, steps }) => {
    const fromMs = from * STEP_MS;
    from += steps;
    return { name, fromMs, toMs: from * STEP_MS };
  });
}

/** @returns where phases begin, but for the first, which begins where all does */
export const marksOf = (stretches: readonly Stretch[]): readonly Mark[] =>
  stretches
    .slice(1, MAX_MARKS + 1)
    .map(({ fromMs, name }) => ({ timeMs: fromMs, seq: 0, type: "phaseStarted", details: { name } }));

/** @returns the end of the phase under way: what is to be seen while a curriculum runs; of all where none is */
export function endInSight(stretches: readonly Stretch[], { done }: Pick<Curriculum["progress"], "done">): number {
  const under = stretches.find(({ toMs }) => toMs > done * STEP_MS) ?? stretches.at(-1);
  return Math.max(STEP_MS, under?.toMs ?? 0);
}
