// Where a curriculum is and what its phases came to, step by step.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Phase, Plan } from "../../../src/curricula/api.ts";
import { inOrder } from "../../../src/curricula/number-order.ts";
import { RecentPace } from "../../../src/curricula/pace.ts";
import {
  begunPhase,
  begunRun,
  brokenOff,
  doneSteps,
  endedPhase,
  evaluated,
  newProgress,
  type Progress,
  preparedPhase,
  resumed,
  stepped,
  wantedMode,
} from "../../../src/curricula/progress.ts";
import { progressOf } from "../../../src/curricula/report.ts";
import { summariesOf, type Tallies, tallied } from "../../../src/curricula/summary.ts";

const TIME = "2026-03-01T09:30:05.120Z";
const phase = (name: string, fields: Partial<Phase> = {}): Phase => ({
  ...{ name, dataset: "d", epochs: 1, batchSize: 1, order: "stored", seed: 0, memorize: true, consolidate: false },
  ...{ task: true, ...fields },
});
const planOf = (...phases: Phase[]): Plan => ({ name: null, phases, evaluations: [] });

/** One more step of the phase under way. */
function step(progress: Progress, seq: number, accuracy: number, isDue = false): Progress {
  const at = progress.phases[progress.phase]!.done;
  const row = { index: doneSteps(progress), phase: progress.phase, epoch: 1, step: at, seq, createdAt: new Date(TIME) };
  return stepped(progress, { ...row, numbers: { accuracy } }, 2, isDue);
}

const ending = (seq: number, numbers: Record<string, number> = {}) => ({
  ...{ toSeq: seq, time: TIME },
  judged: { numbers, of: { seq, mode: "plastic" as const } },
});

test("numbers are told in one order, however they are kept", () => {
  const names = ["stored", "evaluation.b", "reward", "unknown", "accuracy", "evaluation.a", "stored"];
  assert.deepEqual(inOrder(names), ["accuracy", "evaluation.a", "evaluation.b", "reward", "stored", "unknown"]);
});

test("a number's summary is its first, its last, their difference and the mean of all, whatever they are", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
      const tallies = values.reduce<Tallies>((sums, value) => tallied(sums, { value }), {});
      const { initial, final, mean, improvement } = summariesOf(tallies).value!;
      assert.deepEqual([initial, final, improvement], [values[0], values.at(-1), values.at(-1)! - values[0]!]);
      assert.ok(Math.abs(mean - values.reduce((sum, value) => sum + value, 0) / values.length) < 1e-9);
    }),
  );
});

test("a phase goes through its beginning, its steps, the evaluations that are due, and its end", () => {
  let progress = newProgress([2, 1]);
  assert.deepEqual([progress.phase, progress.stage], [0, "begin"]);
  progress = preparedPhase(begunPhase(begunRun(progress, "plastic"), 7, TIME), { "evaluation.e": 0.25 });
  assert.equal(progress.stage, "steps");
  progress = step(progress, 9, 0.5, true);
  assert.deepEqual([progress.stage, progress.last?.index], ["evaluate", 0]);
  progress = evaluated(progress, { "evaluation.e": 0.5 });
  assert.equal(progress.stage, "steps");
  progress = step(progress, 10, 1);
  assert.equal(progress.stage, "end");
  progress = endedPhase(progress, ending(11, { "evaluation.e": 1 }));
  assert.deepEqual([progress.phase, progress.stage], [1, "begin"]);
  const [first] = progress.phases;
  assert.deepEqual([first?.state, first?.fromSeq, first?.toSeq, first?.samples], ["completed", 7, 11, 4]);
  assert.deepEqual(summariesOf(first!.tallies)["evaluation.e"], {
    ...{ initial: 0.25, final: 1, improvement: 0.75 },
    mean: 1.75 / 3,
  });
  assert.deepEqual(JSON.parse(JSON.stringify(progress)), progress, "it is kept as JSON");
});

test("what is broken off goes on where it was, in a run of its own", () => {
  const running = step(preparedPhase(begunPhase(begunRun(newProgress([3, 3]), "plastic"), 0, TIME), {}), 2, 1);
  const cancelled = brokenOff(running, "cancelled", TIME);
  assert.deepEqual([cancelled.phases[0]?.state, cancelled.phases[1]?.state], ["cancelled", "pending"]);
  const again = resumed(cancelled);
  assert.deepEqual(again, { ...running, run: 1, modeBefore: null });
  const never = brokenOff(newProgress([3]), "cancelled", TIME);
  assert.equal(resumed(never).phases[0]?.state, "pending");
});

test("the mode that is wanted is that of the last phase that has begun and names one", () => {
  const plan = planOf(phase("a"), phase("b", { mode: "panic" }), phase("c"));
  let progress = begunPhase(newProgress([1, 1, 1]), 0, TIME);
  assert.equal(wantedMode(plan, progress), undefined);
  progress = begunPhase(endedPhase(step(progress, 1, 1), ending(1)), 1, TIME);
  assert.equal(wantedMode(plan, progress), "panic");
  progress = begunPhase(endedPhase(step(progress, 2, 1), ending(2)), 2, TIME);
  assert.equal(wantedMode(plan, progress), "panic");
});

test("progress names the phase and its epoch, and nothing before the first and behind the last", () => {
  const plan = planOf(phase("a", { epochs: 3 }));
  let progress = newProgress([6]);
  const place = () => {
    const { phaseName, epoch, phaseStep, done, total } = progressOf(plan, progress);
    return [phaseName, epoch, phaseStep, done, total];
  };
  assert.deepEqual(place(), [null, null, null, 0, 6]);
  progress = preparedPhase(begunPhase(progress, 0, TIME), {});
  for (const [steps, epoch] of [1, 1, 2, 2, 3, 3].entries()) {
    assert.deepEqual(place(), ["a", epoch, steps, steps, 6]);
    progress = step(progress, steps + 1, 1);
  }
  assert.deepEqual(place(), ["a", 3, 6, 6, 6]);
  progress = endedPhase(progress, ending(6));
  assert.deepEqual(place(), [null, null, null, 6, 6]);
});

test("the pace is that of the last half minute", () => {
  const pace = new RecentPace();
  pace.begin(0);
  assert.equal(pace.at(100), null);
  for (let second = 1; second <= 60; second++) pace.note(10, second * 1000);
  assert.deepEqual(pace.at(60_000), { samples: 10, steps: 1 });
  for (let second = 61; second <= 120; second++) for (let i = 0; i < 5; i++) pace.note(10, second * 1000 + i);
  const { samples = 0, steps = 0 } = pace.at(120_004) ?? {};
  assert.ok(Math.abs(samples - 50) < 2 && Math.abs(steps - 5) < 0.2, `${samples} ${steps}`);
});
