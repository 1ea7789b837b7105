// A plan, held against the brain that it is for and the datasets that it names, before anything begins: what would fail halfway is refused at once,
// as far as it can be known by then. The ranges of single numbers are the schema's to check.

import type { BrainInfo } from "../brains/api.ts";
import type { DatasetInfo, Datasets } from "../datasets/api.ts";
import { EngramError, invalid } from "../errors.ts";
import type { Plan, Selection } from "./api.ts";
import { checkFit } from "./fit-check.ts";
import { checkPhase } from "./phase-check.ts";
import { datasetsOf, type PinnedPlan, type Pins } from "./pins.ts";
import { selectedCount } from "./selection.ts";
import { misfitOf } from "./transforms/transform.ts";

/** Of the server's configuration. */
export type PlanLimits = {
  readonly maxCallRows: number;
  readonly maxBodyMb: number;
  readonly memoryBudgetMb: number;
};

/**
 * @returns the plan with the digests of its datasets
 * @throws EngramError `validation` that points at what does not fit
 */
export async function checkPlan(
  plan: Plan,
  brain: BrainInfo,
  datasets: Pick<Datasets, "get">,
  limits: PlanLimits,
): Promise<PinnedPlan> {
  checkNames(plan.phases, "#/phases");
  checkNames(plan.evaluations, "#/evaluations");
  const found = await findDatasets(plan, datasets);
  const placed = (selections: readonly Selection[], where: string) =>
    selections.forEach((selection, index) => {
      const dataset = found.get(selection.dataset);
      if (dataset === undefined) throw missing(selection.dataset, `${where}/${index}`);
      checkSelection(selection, dataset, `${where}/${index}`);
      checkFit(dataset, brain, `${where}/${index}/dataset`);
    });
  placed(plan.phases, "#/phases");
  placed(plan.evaluations, "#/evaluations");
  checkPhases(plan, brain, found, limits);
  const pins: Pins = Object.fromEntries([...found].map(([id, { digest }]) => [id, digest]));
  return { ...plan, datasets: pins };
}

type Found = ReadonlyMap<string, DatasetInfo>;

async function findDatasets(plan: Plan, datasets: Pick<Datasets, "get">): Promise<Found> {
  const found = new Map<string, DatasetInfo>();
  for (const id of datasetsOf(plan)) {
    try {
      found.set(id, await datasets.get(id));
    } catch (error) {
      if (!(error instanceof EngramError && error.code === "dataset-not-found")) throw error;
    }
  }
  return found;
}

const missing = (id: string, where: string): EngramError =>
  invalid(`${where}/dataset`, `names ${JSON.stringify(id)}; there is no such dataset`);

/** Numbers of phases and evaluations are told by name. */
function checkNames(named: readonly { readonly name: string }[], where: string): void {
  const places = new Map<string, number>();
  for (const [index, { name }] of named.entries()) {
    const earlier = places.get(name);
    if (earlier !== undefined) throw invalid(`${where}/${index}/name`, `is that of ${where}/${earlier}, too`);
    places.set(name, index);
  }
}

function checkSelection(selection: Selection, dataset: DatasetInfo, where: string): void {
  const known = new Set(dataset.classes.map(({ label }) => label));
  const seen = new Set<string>();
  for (const [index, label] of (selection.classes ?? []).entries()) {
    const at = `${where}/classes/${index}`;
    if (!known.has(label)) throw invalid(at, `names ${JSON.stringify(label)}; "${dataset.id}" has no such class`);
    if (seen.has(label)) throw invalid(at, `names ${JSON.stringify(label)} again`);
    seen.add(label);
  }
  if (selectedCount(selection, dataset) === 0)
    throw invalid(`${where}/${selection.classes === undefined ? "dataset" : "classes"}`, "leaves no sample");
  const isPixels = dataset.kind === "images" || dataset.shape?.length === 3;
  for (const [index, transform] of (selection.transform ?? []).entries()) {
    const misfit = misfitOf(transform, dataset.kind, isPixels);
    if (misfit !== null) throw invalid(`${where}/transform/${index}`, misfit);
  }
}

function checkPhases(plan: Plan, brain: BrainInfo, found: Found, limits: PlanLimits): void {
  const labels = new Set(brain.labels);
  const evaluations = new Set(plan.evaluations.map(({ name }) => name));
  for (const [index, phase] of plan.phases.entries()) {
    const dataset = found.get(phase.dataset);
    if (dataset === undefined) throw missing(phase.dataset, `#/phases/${index}`);
    for (const label of phase.classes ?? dataset.classes.map((known) => known.label)) labels.add(label);
    checkPhase(phase, { brain, dataset, evaluations, limits, labels: [...labels] }, `#/phases/${index}`);
  }
}
