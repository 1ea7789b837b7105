import assert from "node:assert/strict";
import { test } from "node:test";
import type { CurriculumHistory } from "../../../../src/dashboard/api/types.ts";
import { STEP_AXIS } from "../../../../src/dashboard/charts/step-axis.ts";
import { chartSpecsOf } from "../../../../src/dashboard/pages/brain/curricula/chart-specs.ts";
import { endInSight, marksOf, Steps, stretchesOf } from "../../../../src/dashboard/pages/brain/curricula/steps.ts";
import { CURRICULUM } from "./support.ts";

const history = (from: number, numbers: CurriculumHistory["numbers"]): CurriculumHistory => {
  const index = (Object.values(numbers)[0] ?? []).map((_, row) => from + row);
  const time = index.map(() => "2026-03-01T09:30:07.120Z");
  return {
    curriculum: "c1",
    brain: "pets",
    phases: [],
    index,
    phase: index,
    epoch: index,
    step: index,
    seq: index,
    time,
    numbers,
  };
};

test("a step that is read again counts once, and what was measured after it is taken in then", () => {
  const steps = new Steps(100);
  steps.take(history(0, { accuracy: [0.1, 0.2, 0.3] }));
  assert.equal(steps.from, 2);
  steps.take(history(2, { accuracy: [0.3, 0.4], "evaluation.test": [0.7, null] }));
  assert.deepEqual(steps.timeline.column("accuracy")?.mean, [0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(steps.timeline.column("evaluation.test")?.mean, [null, null, 0.7, null]);
  assert.equal(steps.from, 3);
});

test("what phases were judged by before their first step stands at that step, once", () => {
  const steps = new Steps(100);
  const summary = { "evaluation.test": { initial: 0.2, final: 0.9, mean: 0.5, improvement: 0.7 } };
  const [day, night] = CURRICULUM.phases;
  assert.ok(day !== undefined && night !== undefined);
  steps.takeReports([{ ...day, summary }, night]);
  steps.takeReports([
    { ...day, summary },
    { ...night, summary },
  ]);
  const { mean = [] } = steps.timeline.column("evaluation.test") ?? {};
  assert.deepEqual([mean[0], mean[1], mean[40]], [0.2, null, 0.2]);
});

test("many steps become few points that hold them all", () => {
  const steps = new Steps(6000);
  steps.take(history(0, { accuracy: Array.from({ length: 6000 }, (_, step) => (step === 3333 ? 1 : 0)) }));
  const column = steps.timeline.column("accuracy");
  assert.equal(steps.timeline.length, 600);
  assert.equal(column?.max[333], 1);
  assert.ok(Math.abs((column?.mean[333] ?? 0) - 0.1) < 1e-12);
});

test("phases are stretches with a mark where each but the first begins, and the one under way is in sight", () => {
  const stretches = stretchesOf(CURRICULUM.phases);
  assert.deepEqual(stretches, [
    { name: "day", fromMs: 0, toMs: 40_000 },
    { name: "night", fromMs: 40_000, toMs: 100_000 },
  ]);
  assert.deepEqual(marksOf(stretches), [{ timeMs: 40_000, seq: 0, type: "phaseStarted", details: { name: "night" } }]);
  assert.deepEqual(
    [0, 39, 40, 100].map((done) => endInSight(stretches, { done })),
    [40_000, 40_000, 100_000, 100_000],
  );
  assert.equal(STEP_AXIS.point(40_000, 1000, 0), "step 40");
  assert.equal(STEP_AXIS.point(40_000, 10_000, 0), "steps 40 to 49");
  assert.equal(STEP_AXIS.tick(1_200_000, 100), "1,200");
});

test("every number has a chart, what nobody has thought of too; accuracy and evaluation sets come first", () => {
  const names = ["reward", "sparks", "accuracy", "evaluation.new", "coreEnergy", "calibration.new", "evaluation.old"];
  const specs = chartSpecsOf(names);
  assert.deepEqual(
    specs.map(({ id }) => id),
    ["accuracy", "evaluations", "calibrations", "reward", "energies", "sparks"],
  );
  const shown = specs.flatMap(({ series }) => series.map(({ name }) => name));
  assert.deepEqual(shown.toSorted(), names.toSorted());
  assert.deepEqual(chartSpecsOf([]), []);
});
