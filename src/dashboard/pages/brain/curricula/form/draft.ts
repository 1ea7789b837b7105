// A curriculum as somebody fills it in: texts as typed, and what is left empty is left to the server. Pure.

import type { Curriculum, EvaluationSet, Phase, Transform } from "../../../../api/types.ts";

export type TransformType = Transform["type"];

export type TransformDraft = {
  /** Tells it from others while it is moved. */
  readonly key: number;
  readonly type: TransformType;
  /** Its number as typed (deviation, size, factor, degrees), or the range of an inversion; empty: the usual one. */
  readonly value: string;
};

export type SelectionDraft = {
  readonly key: number;
  readonly name: string;
  readonly dataset: string;
  /** null: all. */
  readonly classes: readonly string[] | null;
  readonly samplesPerClass: string;
  readonly transform: readonly TransformDraft[];
};

export type EvaluationDraft = SelectionDraft;

export type PhaseDraft = SelectionDraft & {
  readonly epochs: string;
  readonly batchSize: string;
  readonly order: Phase["order"];
  readonly seed: string;
  /** Empty: as the brain is. */
  readonly mode: "" | NonNullable<Phase["mode"]>;
  readonly memorize: boolean;
  /** Empty: as the brain's layers say. */
  readonly neurogenesis: "" | "on" | "off";
  readonly consolidate: boolean;
  readonly task: boolean;
  /** Names of evaluation sets; null: all. */
  readonly evaluate: readonly string[] | null;
  readonly evaluateEvery: string;
};

export type PlanDraft = {
  readonly name: string;
  readonly phases: readonly PhaseDraft[];
  readonly evaluations: readonly EvaluationDraft[];
};

const SELECTION = { name: "", dataset: "", classes: null, samplesPerClass: "", transform: [] } as const;

const PHASE: Omit<PhaseDraft, "key"> = {
  ...SELECTION,
  epochs: "",
  batchSize: "",
  order: "shuffled",
  seed: "",
  mode: "",
  memorize: true,
  neurogenesis: "",
  consolidate: false,
  task: true,
  evaluate: null,
  evaluateEvery: "",
};

/** One phase, nothing chosen. */
export const EMPTY_PLAN: PlanDraft = { name: "", phases: [{ ...PHASE, key: 1, name: "Phase 1" }], evaluations: [] };

/** A number that no part of the draft has yet. */
export function freeKey({ phases, evaluations }: PlanDraft): number {
  const parts = [...phases, ...evaluations];
  return (
    1 +
    Math.max(0, ...parts.map(({ key }) => key), ...parts.flatMap(({ transform }) => transform.map(({ key }) => key)))
  );
}

/** @returns `name`, with a number behind it where another has it already */
function freeName(name: string, taken: readonly { readonly name: string }[]): string {
  const names = new Set(taken.map((each) => each.name));
  if (!names.has(name)) return name;
  const stem = name.replace(/ \d+$/, "");
  for (let number = 2; ; number++) if (!names.has(`${stem} ${number}`)) return `${stem} ${number}`;
}

/** A new phase goes on with the dataset of the one before. */
export function withNewPhase(draft: PlanDraft): PlanDraft {
  const dataset = draft.phases.at(-1)?.dataset ?? "";
  const name = freeName(`Phase ${draft.phases.length + 1}`, draft.phases);
  return { ...draft, phases: [...draft.phases, { ...PHASE, key: freeKey(draft), name, dataset }] };
}

export function withNewEvaluation(draft: PlanDraft): PlanDraft {
  const dataset = draft.phases.at(-1)?.dataset ?? "";
  const name = freeName("Test", draft.evaluations);
  return { ...draft, evaluations: [...draft.evaluations, { ...SELECTION, key: freeKey(draft), name, dataset }] };
}

/** @returns the draft with a copy of a phase behind it */
export function withCopy(draft: PlanDraft, index: number): PlanDraft {
  const phase = draft.phases[index];
  if (phase === undefined) return draft;
  const key = freeKey(draft);
  const transform = phase.transform.map((each, place) => ({ ...each, key: key + 1 + place }));
  const copy = { ...phase, key, name: freeName(phase.name, draft.phases), transform };
  return { ...draft, phases: draft.phases.toSpliced(index + 1, 0, copy) };
}

/** @returns the list with the part at `from` at `to`; itself where there is no such place */
export function moved<T>(parts: readonly T[], from: number, to: number): readonly T[] {
  const part = parts[from];
  if (part === undefined || to < 0 || to >= parts.length) return parts;
  return parts.toSpliced(from, 1).toSpliced(to, 0, part);
}

/** An evaluation set was renamed, or removed: phases that name it follow. @param to null: it is gone */
export function withEvaluationRenamed(draft: PlanDraft, from: string, to: string | null): PlanDraft {
  const renamed = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => (name === from ? (to === null ? [] : [to]) : [name]));
  const phases = draft.phases.map((phase) =>
    phase.evaluate === null ? phase : { ...phase, evaluate: renamed(phase.evaluate) },
  );
  return { ...draft, phases };
}

/**
 * @param all in the order in which they are shown
 * @returns what is chosen after `label` was pressed: it comes last, and all of them are null
 */
export function toggled(
  chosen: readonly string[] | null,
  label: string,
  all: readonly string[],
): readonly string[] | null {
  const now = chosen ?? all;
  const next = now.includes(label) ? now.filter((each) => each !== label) : [...now, label];
  const isAll = next.length === all.length && all.every((each, place) => next[place] === each);
  return isAll ? null : next;
}

/** What a curriculum did, to be done again or otherwise. */
export function draftOf({ plan }: Pick<Curriculum, "plan">): PlanDraft {
  let key = 0;
  const nextKey = (): number => ++key;
  return {
    name: plan.name ?? "",
    phases: plan.phases.map((phase) => phaseDraftOf(phase, nextKey)),
    evaluations: plan.evaluations.map((set) => selectionDraftOf(set, nextKey)),
  };
}

function selectionDraftOf(selection: EvaluationSet, nextKey: () => number): EvaluationDraft {
  const { name, dataset, classes, samplesPerClass, transform } = selection;
  return {
    key: nextKey(),
    name,
    dataset,
    classes: classes ?? null,
    samplesPerClass: textOf(samplesPerClass),
    transform: (transform ?? []).map((each) => ({ key: nextKey(), type: each.type, value: textOfTransform(each) })),
  };
}

const phaseDraftOf = (phase: Phase, nextKey: () => number): PhaseDraft => ({
  ...selectionDraftOf(phase, nextKey),
  epochs: textOf(phase.epochs),
  batchSize: textOf(phase.batchSize),
  order: phase.order,
  seed: textOf(phase.seed),
  mode: phase.mode ?? "",
  memorize: phase.memorize,
  neurogenesis: phase.neurogenesis === undefined ? "" : phase.neurogenesis ? "on" : "off",
  consolidate: phase.consolidate,
  task: phase.task,
  evaluate: phase.evaluate ?? null,
  evaluateEvery: textOf(phase.evaluateEvery),
});

const textOf = (number: number | undefined): string => (number === undefined ? "" : String(number));

function textOfTransform(transform: Transform): string {
  switch (transform.type) {
    case "invert":
      return transform.range ?? "";
    case "noise":
      return String(transform.deviation);
    case "blur":
      return textOf(transform.size);
    case "brightness":
      return String(transform.factor);
    case "rotate":
      return String(transform.degrees);
  }
}
